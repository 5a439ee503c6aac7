// SPDX-License-Identifier: Apache-2.0
// One inference on a board, with what the agent records of its operators.
#pragma once

#include <optional>

#include "host/base/result.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/watch.hpp"
#include "host/session/infer_client.hpp"
#include "host/session/profile_client.hpp"

namespace hil::measure {

struct TracedRun {
  session::SampleResult result;
  session::Trace trace;
};

/// Runs @p inputs once from the model's initial state and reads what @p asked is about; in a quiet
/// window if it asks for ticks. Blocks until the result is there; gives nothing if @p watch says
/// stop.
///   kLink, kDevice  the board
Result<std::optional<TracedRun>> run_traced(session::Session& session,
                                            const model::CompiledModel& model, const Inputs& inputs,
                                            const session::TraceOptions& asked, const Watch& watch);

}  // namespace hil::measure
