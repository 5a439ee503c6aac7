// SPDX-License-Identifier: Apache-2.0
// The streaming loop.
#include "host/measure/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace hil::measure {
namespace {

/// Longest wait for a result before the stop flag is looked at again.
constexpr std::chrono::milliseconds kSlice{200};
constexpr std::chrono::seconds kBeginTime{10};

/// What is streamed, and how.
struct Work {
  const model::CompiledModel& model;
  const SampleSource& source;
  std::uint32_t count;
  StateRule rule;
};

/// Sends while the run wants input, then waits for one result; samples land in @p result.
Status run_samples(session::InferRun& run, const Work& work, const Watch& watch,
                   StreamResult& result) {
  // To a model without state a reset means nothing, so it costs no bytes on the line.
  const bool has_state = work.model.state_bytes > 0;
  while (!run.done() && !watch.stopped()) {
    while (run.wants_input()) {
      HIL_ASSIGN(const Inputs inputs, work.source.read(run.sent()));
      const bool reset = has_state && starts_fresh(work.rule, work.source, run.sent());
      HIL_TRY(run.send(inputs, reset));
    }
    HIL_ASSIGN(auto sample, run.receive(Deadline::after(kSlice)));
    if (!sample) continue;
    result.samples.push_back(std::move(*sample));
    watch.at(Phase::kRun, result.samples.size(), work.count);
  }
  return {};
}

}  // namespace

bool starts_fresh(StateRule rule, const SampleSource& source, std::size_t index) {
  return index == 0 || (rule == StateRule::kReset && source.item(index).window == 0);
}

std::uint32_t budget_ms(std::uint64_t macs) {
  constexpr std::uint64_t kLeastMs = 10'000;
  constexpr std::uint64_t kMostMs = 3'600'000;
  constexpr std::uint64_t kMacsPerMs = 200;
  return static_cast<std::uint32_t>(std::clamp(macs / kMacsPerMs, kLeastMs, kMostMs));
}

std::vector<std::size_t> output_sizes(const model::CompiledModel& model) {
  std::vector<std::size_t> sizes;
  for (const model::TensorSpec& output : model.outputs)
    sizes.push_back(output.size_bytes());
  return sizes;
}

Result<std::optional<session::SampleResult>> run_once(session::Session& session,
                                                      const model::CompiledModel& model,
                                                      const Inputs& inputs, std::uint32_t number,
                                                      const Watch& watch) {
  return run_history(session, model, std::span(&inputs, 1), number, watch);
}

Result<std::optional<session::SampleResult>> run_history(session::Session& session,
                                                         const model::CompiledModel& model,
                                                         std::span<const Inputs> history,
                                                         std::uint32_t number, const Watch& watch) {
  const auto count = static_cast<std::uint32_t>(history.size());
  if (count == 0 || number < count - 1) return Error{Blame::kBug, "a run of no samples", ""};
  session::InferOptions options;
  options.first_sample = number - (count - 1);
  options.reset_state = true;
  return run_with(session, model, history, options, watch);
}

Result<std::optional<session::SampleResult>> run_with(session::Session& session,
                                                      const model::CompiledModel& model,
                                                      std::span<const Inputs> history,
                                                      session::InferOptions options,
                                                      const Watch& watch) {
  options.count = static_cast<std::uint32_t>(history.size());
  options.budget_ms = budget_ms(model.macs);
  HIL_ASSIGN(auto run, session::InferRun::begin(session, options, output_sizes(model),
                                                Deadline::after(kBeginTime)));
  const auto allowed = std::chrono::milliseconds(options.budget_ms) + kBeginTime;
  Deadline deadline = Deadline::after(allowed);
  while (!deadline.expired()) {
    if (watch.stopped()) return std::optional<session::SampleResult>();
    while (run.wants_input())
      HIL_TRY(run.send(history[run.sent()]));
    HIL_ASSIGN(auto result, run.receive(Deadline::earlier(deadline, Deadline::after(kSlice))));
    if (!result) continue;
    if (run.done()) return result;
    deadline = Deadline::after(allowed);
  }
  return Error{Blame::kDevice, fmt::format("no result within {} ms", options.budget_ms),
               "reset the board; if it happens again, flash the agent again and report it"};
}

StreamResult stream(session::Session& session, const model::CompiledModel& model,
                    const SampleSource& source, std::uint32_t count, StateRule rule,
                    const Watch& watch) {
  StreamResult result;
  session::InferOptions options;
  options.count = count;
  options.budget_ms = budget_ms(model.macs);
  auto run =
      session::InferRun::begin(session, options, output_sizes(model), Deadline::after(kBeginTime));
  if (!run) {
    result.error = run.error();
    return result;
  }
  const Status status = run_samples(*run, {model, source, count, rule}, watch, result);
  if (!status.ok()) {
    const bool reading = status.error().blame == Blame::kUser;  // names its own sample
    result.error =
        reading ? status.error() : status.error().within(source.name_of(result.samples.size()));
  }
  return result;
}

}  // namespace hil::measure
