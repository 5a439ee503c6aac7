// SPDX-License-Identifier: Apache-2.0
// Timed inferences on a silent line, compared with the host's.
#include "host/measure/energy/proven_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "host/measure/agreement.hpp"
#include "host/measure/output_check.hpp"
#include "host/measure/stream.hpp"
#include "protocol/frame/crc32.hpp"

namespace hil::measure {
namespace {

constexpr std::size_t kMostSamples = 8;
constexpr std::chrono::milliseconds kSlice{200};
constexpr std::chrono::seconds kBeginTime{10};

std::uint64_t size_of(const Inputs& inputs) {
  std::uint64_t bytes = 0;
  for (const auto& input : inputs)
    bytes += input.size();
  return bytes;
}

/// Results of all samples; nothing if @p watch says stop.
Result<std::optional<std::vector<session::SampleResult>>> compute(lab::ReadyBoard& board,
                                                                  const model::CompiledModel& model,
                                                                  const ProvenInputs& proven,
                                                                  const Watch& watch) {
  session::InferOptions options;
  options.count = static_cast<std::uint32_t>(proven.samples.size());
  options.budget_ms = budget_ms(model.macs);
  options.quiet = true;
  HIL_ASSIGN(auto run, session::InferRun::begin(board.session(), options, output_sizes(model),
                                                Deadline::after(kBeginTime)));
  std::vector<session::SampleResult> results;
  while (!run.done()) {
    if (watch.stopped()) {
      HIL_TRY(run.cancel(Deadline::after(kBeginTime)));
      return std::optional<std::vector<session::SampleResult>>();
    }
    while (run.wants_input())
      HIL_TRY(run.send(proven.samples[run.sent()], model.state_bytes > 0));
    HIL_ASSIGN(auto result, run.receive(Deadline::after(kSlice)));
    if (result) results.push_back(std::move(*result));
  }
  return std::optional(std::move(results));
}

bool has_floats(const model::CompiledModel& model) {
  return std::any_of(
      model.outputs.begin(), model.outputs.end(),
      [](const model::TensorSpec& output) { return output.type == data::ElementType::kFloat32; });
}

}  // namespace

Result<std::size_t> stash_count(const TimedInputs& inputs, std::uint64_t stash_bytes) {
  const std::uint64_t each = size_of(inputs.inputs.front());
  const std::uint64_t fit = each == 0 ? kMostSamples : stash_bytes / each;
  if (fit > 0) return std::min<std::uint64_t>({fit, kMostSamples, inputs.inputs.size()});
  return Error{Blame::kDevice,
               fmt::format("beside the model {} bytes are free on the board, and an input that "
                           "waits there for its window has {}",
                           stash_bytes, each),
               "take a smaller model, or --weights flash"};
}

Result<std::optional<ProvenInputs>> prove_inputs(lab::ReadyBoard& board,
                                                 const model::CompiledModel& model,
                                                 const TimedInputs& inputs, std::size_t count,
                                                 const Watch& watch) {
  ProvenInputs proven;
  proven.samples.assign(inputs.inputs.begin(),
                        inputs.inputs.begin() + static_cast<std::ptrdiff_t>(count));
  const auto results = compute(board, model, proven, watch);
  if (!results) return board.explain(results.error());
  if (!*results) return std::optional<ProvenInputs>();
  HIL_ASSIGN(auto runner, model::ReferenceRunner::make(model));
  for (std::size_t i = 0; i < count; ++i) {
    const session::SampleResult& result = (**results)[i];
    runner.reset_state();
    HIL_ASSIGN(const auto expected, runner.run(proven.samples[i]));
    if (!agree(model, expected, result.outputs)) {
      return board.explain(explain_difference(board.session(), model,
                                              std::span(&proven.samples[i], 1), expected, result,
                                              inputs.names[i]));
    }
    proven.crc32.push_back(result.crc32);
    proven.ticks = std::max(proven.ticks, result.device_ticks);
  }
  return std::optional(std::move(proven));
}

Result<std::vector<std::optional<std::uint32_t>>> digests_after(const model::CompiledModel& model,
                                                                const ProvenInputs& proven,
                                                                std::uint32_t repetitions,
                                                                const Watch& watch) {
  std::vector<std::optional<std::uint32_t>> digests(proven.crc32.begin(), proven.crc32.end());
  if (model.state_bytes == 0 || repetitions == 1) return digests;
  if (has_floats(model)) {
    digests.assign(digests.size(), std::nullopt);
    return digests;
  }
  HIL_ASSIGN(auto runner, model::ReferenceRunner::make(model));
  for (std::size_t i = 0; i < digests.size(); ++i) {
    digests[i].reset();
    runner.reset_state();
    std::vector<std::vector<std::uint8_t>> outputs;
    for (std::uint32_t k = 0; k < repetitions; ++k) {
      if (watch.stopped()) return digests;
      HIL_ASSIGN(outputs, runner.run(proven.samples[i]));
    }
    frame::Crc32 crc;
    for (const auto& output : outputs)
      crc.update(output);
    digests[i] = crc.value();
  }
  return digests;
}

}  // namespace hil::measure
