// SPDX-License-Identifier: Apache-2.0
// How a summarised model fits the board whose agent has said hello.
#pragma once

#include "host/model/summary.hpp"
#include "host/session/agent_info.hpp"

namespace hil::measure {

/// All that keeps the model from running on that board besides the obstacles of the model itself:
/// operators the agent lacks, memory, formats. Empty obstacles mean that an upload is accepted, if
/// the model compiles. Sends nothing.
model::BoardFit fit_of(const model::ModelSummary& summary, const session::AgentInfo& agent);

}  // namespace hil::measure
