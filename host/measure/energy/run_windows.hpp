// SPDX-License-Identifier: Apache-2.0
// What the agent says of one run, put where the trace's file has it.
#pragma once

#include "host/measure/energy/energy_findings.hpp"
#include "host/measure/energy/energy_plan.hpp"
#include "host/session/energy_client.hpp"

namespace hil::measure {

/// Appends the windows of @p result, which @p planned asked for, and their group to @p findings;
/// the reader closes the group. Notes windows that began late, and idle that was another one than
/// @p idle.
void add_run(const PlannedRun& planned, const session::EnergyResult& result,
             session::EnergyRest idle, EnergyFindings& findings);

/// The same for inputs that came with the pin high: the phase that keeps the line busy.
void add_transfer(const session::EnergyStash& stash, EnergyFindings& findings);

}  // namespace hil::measure
