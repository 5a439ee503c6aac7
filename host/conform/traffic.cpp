// SPDX-License-Identifier: Apache-2.0
// Streaming in batches.
#include "host/conform/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "host/conform/losses.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace hil::conform {
namespace {

using Clock = Deadline::Clock;
using Inputs = std::vector<std::vector<std::uint8_t>>;

// Small enough that an agent takes the next sample while this one's result is on its way.
constexpr std::size_t kMostSampleBytes = 512;
constexpr std::size_t kLeastSampleBytes = 32;
constexpr std::chrono::milliseconds kSlice{200};
constexpr std::chrono::seconds kCallTime{30};
constexpr std::uint32_t kSeed = 1;

/// So many losses tell their rate to an eighth (one standard deviation of a count is its root).
constexpr std::uint64_t kLossesForRate = 64;
/// Longest that a line which loses bytes is watched for them.
constexpr std::chrono::seconds kMostTime{6};

/// How much is enough.
struct Amount {
  std::size_t bytes;
  std::chrono::milliseconds time;
};

Amount enough(const Bench& bench) {
  const Amount whole = bench.quick() ? Amount{8 * 1024, std::chrono::milliseconds(200)}
                                     : Amount{64 * 1024, std::chrono::milliseconds(2'000)};
  const bool paced = bench.board().link().baud() > 0;
  return {whole.bytes, paced ? std::chrono::milliseconds(0) : whole.time};
}

/// Whether to go on after @p passed: until the time is over, and where bytes get lost on a line
/// without a rate (one with a rate would take minutes) until it is known how often.
bool wants_more(const rpc::LinkStatistics& counted, const Amount& amount, Clock::duration passed) {
  if (passed < amount.time) return true;
  if (amount.time.count() == 0 || passed >= kMostTime) return false;
  const Losses losses = losses_of(counted);
  const std::uint64_t most = std::max(losses.towards_board, losses.from_board);
  return most > 0 && most < kLossesForRate;
}

template <class Tensors>
std::size_t bytes_of(const Tensors& tensors) {
  std::size_t bytes = 0;
  for (const auto& tensor : tensors)
    bytes += tensor.size();
  return bytes;
}

/// One run of @p count samples, added to @p traffic.
Status run_batch(Bench& bench, const model::CompiledModel& model, const Inputs& inputs,
                 const Inputs& expected, std::uint32_t count, Traffic& traffic) {
  session::InferOptions options;
  options.count = count;
  options.budget_ms = measure::budget_ms(model.macs);
  return run_samples(bench, model, options, inputs, [&](const session::SampleResult& result) {
    ++traffic.samples;
    if (result.outputs != expected) ++traffic.wrong_samples;
    traffic.to_board_bytes += bytes_of(inputs);
    traffic.from_board_bytes += bytes_of(expected);
  });
}

}  // namespace

Result<model::CompiledModel> compiled(const std::vector<std::uint8_t>& tflite, const char* name) {
  auto model = model::compile(tflite, name);
  if (model.ok()) return model;
  return Error{Blame::kBug, fmt::format("our model '{}': {}", name, model.error().what), ""};
}

Status run_samples(Bench& bench, const model::CompiledModel& model,
                   const session::InferOptions& options, const Inputs& inputs,
                   const std::function<void(session::SampleResult&)>& each) {
  HIL_ASSIGN(auto run,
             session::InferRun::begin(bench.session(), options, measure::output_sizes(model),
                                      Deadline::after(kCallTime)));
  while (!run.done()) {
    if (bench.watch().stopped()) return run.cancel(Deadline::after(kCallTime));
    while (run.wants_input())
      HIL_TRY(run.send(inputs));
    HIL_ASSIGN(auto result, run.receive(Deadline::after(kSlice)));
    if (result) each(*result);
  }
  return {};
}

Status check_fits_board(const Bench& bench, const model::CompiledModel& model) {
  session::ModelImage image = measure::image_of(model);
  HIL_ASSIGN(image.place, measure::place_for(image, bench.agent(), bench.board().weights()));
  return session::check_fits(bench.agent(), image);
}

Result<model::CompiledModel> largest_that_fits(
    const Bench& bench, const std::function<std::vector<std::uint8_t>(std::size_t)>& make) {
  for (std::size_t bytes = kMostSampleBytes;; bytes /= 2) {
    HIL_ASSIGN(auto model, compiled(make(bytes), "a model that moves bytes"));
    const Status fits = check_fits_board(bench, model);
    if (fits.ok()) return model;
    if (bytes <= kLeastSampleBytes) return fits.error();
  }
}

Inputs drawn_inputs(const model::CompiledModel& model) {
  std::mt19937 random(kSeed);
  Inputs inputs;
  for (const model::TensorSpec& spec : model.inputs) {
    inputs.emplace_back(spec.size_bytes());
    for (std::uint8_t& byte : inputs.back())
      byte = static_cast<std::uint8_t>(random());
  }
  return inputs;
}

Result<Traffic> stream_through(Bench& bench, const model::CompiledModel& model) {
  const Inputs inputs = drawn_inputs(model);
  HIL_ASSIGN(auto reference, model::ReferenceRunner::make(model));
  HIL_ASSIGN(const Inputs expected, reference.run(inputs));
  Traffic traffic;
  HIL_TRY(measure::upload(bench.board(), model, bench.watch()));
  bench.expect_restart();  // writing the flash slot is one
  if (bench.watch().stopped()) return traffic;
  const Amount amount = enough(bench);
  const std::size_t larger = std::max(bytes_of(inputs), bytes_of(expected));
  const auto count = static_cast<std::uint32_t>((amount.bytes + larger - 1) / larger);
  const auto before = bench.session().channel().statistics();
  const auto start = Clock::now();
  do {
    HIL_TRY(run_batch(bench, model, inputs, expected, count, traffic));
    traffic.counted = bench.session().channel().statistics() - before;
  } while (wants_more(traffic.counted, amount, Clock::now() - start) && !bench.watch().stopped());
  traffic.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return traffic;
}

}  // namespace hil::conform
