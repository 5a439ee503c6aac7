// SPDX-License-Identifier: Apache-2.0
// BoardDut: `infer` as runs of our own agent.
#include "host/measure/dialect/board_dut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"
#include "host/session/infer_client.hpp"

namespace hil::measure {
namespace {

/// Longest wait for a result before the stop flag is looked at again.
constexpr std::chrono::milliseconds kSlice{200};
constexpr std::chrono::seconds kBeginTime{10};
/// Times that one `infer` may lose the board; it starts again with all its inferences.
constexpr unsigned kMostRecoveries = 3;
/// Beyond what ReadyOptions::reconnect allows no recovery waits.
constexpr std::chrono::hours kRecoveryTime{24};

Error stopped() {
  return {Blame::kUser, "stopped", ""};
}

}  // namespace

Result<std::unique_ptr<BoardDut>> BoardDut::make(lab::ReadyBoard& board, const DutModelView& view,
                                                 std::string model_id, const Watch& watch) {
  HIL_ASSIGN(const auto conversion, input_conversion(view));
  HIL_ASSIGN(auto runner, model::ReferenceRunner::make(*view.model));
  const auto placed = upload(board, *view.model, watch);
  if (!placed) return board.explain(placed.error()).within("sending the model");
  if (watch.stopped()) return stopped();
  return std::unique_ptr<BoardDut>(
      new BoardDut(board, view, std::move(model_id), watch, conversion, std::move(runner)));
}

std::string BoardDut::vendor() const {
  return fmt::format("hilbench {}{}", board_.board().id,
                     board_.session().agent().emulated ? " emulated" : "");
}

std::size_t BoardDut::most_sample_bytes() const {
  return std::max(dialect::mlperf_tiny::kMostBufferBytes, view_.line.inputs.front().size_bytes());
}

Status BoardDut::check(std::span<const std::uint8_t> sample) {
  const std::size_t wanted = view_.line.inputs.front().size_bytes();
  if (sample.size() != wanted) {
    return Error{Blame::kUser,
                 fmt::format("the sample has {} bytes, the model takes {}", sample.size(), wanted),
                 ""};
  }
  const auto converted = conversion_.apply(sample);
  return converted ? Status() : converted.error();
}

Result<dialect::mlperf_tiny::DutRun> BoardDut::infer(std::span<const std::uint8_t> sample,
                                                     std::uint32_t count, bool timed) {
  Inputs inputs(1);
  HIL_ASSIGN(inputs.front(), conversion_.apply(sample));
  runner_.reset_state();
  HIL_ASSIGN(expected_, runner_.run(inputs));
  auto sum = run(inputs, count, timed);
  for (unsigned i = 0; !sum && i < kMostRecoveries; ++i) {
    HIL_TRY(board_.recover(sum.error(), Deadline::after(kRecoveryTime)));
    HIL_TRY(upload(board_, *view_.model, watch_));
    sum = run(inputs, count, timed);
  }
  if (!sum) return board_.explain(sum.error());
  dialect::mlperf_tiny::DutRun result;
  HIL_ASSIGN(result.values, printed_values(view_, sample, sum->outputs));
  const double hz = static_cast<double>(board_.session().agent().tick_hz);
  result.device_us = static_cast<double>(sum->ticks) / hz * 1e6;
  return result;
}

Result<BoardDut::Sum> BoardDut::run(const Inputs& inputs, std::uint32_t count, bool timed) {
  const model::CompiledModel& model = *view_.model;
  session::InferOptions options;
  options.count = count;
  options.budget_ms = budget_ms(model.macs);
  options.quiet = timed;
  options.reset_state = true;
  HIL_ASSIGN(auto run, session::InferRun::begin(board_.session(), options, output_sizes(model),
                                                Deadline::after(kBeginTime)));
  Sum sum;
  const auto allowed = std::chrono::milliseconds(options.budget_ms) + kBeginTime;
  Deadline deadline = Deadline::after(allowed);
  while (!run.done()) {
    if (watch_.stopped()) {
      HIL_TRY(run.cancel(Deadline::after(allowed)));
      return stopped();
    }
    if (deadline.expired()) {
      return Error{Blame::kDevice, fmt::format("no result within {} ms", options.budget_ms),
                   "reset the board"};
    }
    // With state every inference starts afresh, as firmware that knows of none does.
    while (run.wants_input())
      HIL_TRY(run.send(inputs, model.state_bytes > 0));
    HIL_ASSIGN(auto result, run.receive(Deadline::earlier(deadline, Deadline::after(kSlice))));
    if (!result) continue;
    deadline = Deadline::after(allowed);
    ++inferences_;
    if (timed && result->overlap_bytes > 0) ++spoiled_;
    HIL_TRY(compare(inputs, *result));
    sum.ticks += result->device_ticks;
    sum.outputs = std::move(result->outputs);
  }
  return sum;
}

Status BoardDut::compare(const Inputs& inputs, const session::SampleResult& result) {
  if (agree(*view_.model, expected_, result.outputs)) return {};
  return explain_difference(board_.session(), *view_.model, std::span(&inputs, 1), expected_,
                            result, fmt::format("inference {} of this sample", result.sample + 1));
}

}  // namespace hil::measure
