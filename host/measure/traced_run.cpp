// SPDX-License-Identifier: Apache-2.0
// A run of one sample with a trace, then reading it.
#include "host/measure/traced_run.hpp"

#include <chrono>
#include <utility>

#include "host/measure/stream.hpp"

namespace hil::measure {
namespace {

/// Longest that reading one trace may take.
constexpr std::chrono::seconds kReadTime{30};

}  // namespace

Result<std::optional<TracedRun>> run_traced(session::Session& session,
                                            const model::CompiledModel& model, const Inputs& inputs,
                                            const session::TraceOptions& asked,
                                            const Watch& watch) {
  session::InferOptions options;
  options.reset_state = true;
  options.quiet = asked.ticks;
  options.trace = asked;
  HIL_ASSIGN(auto result, run_with(session, model, std::span(&inputs, 1), options, watch));
  if (!result) return std::optional<TracedRun>();
  TracedRun run;
  HIL_ASSIGN(run.trace,
             session::read_trace(session, asked, result->sample, Deadline::after(kReadTime)));
  run.result = std::move(*result);
  return std::optional<TracedRun>(std::move(run));
}

}  // namespace hil::measure
