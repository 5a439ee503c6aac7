// SPDX-License-Identifier: Apache-2.0
// How windows will be found in a meter's samples: the sync wire, a pattern, or the host's clock.
#pragma once

#include "host/energy/power_meter.hpp"
#include "host/measure/energy/energy_findings.hpp"
#include "host/measure/energy/energy_job.hpp"

namespace hil::measure {

/// Takes what job.options ask for; else the wire if the agent's self-test is seen on it, else the
/// pattern if @p meter is fast enough, else the clock; a note says why. Sets ground.alignment, and
/// the inputs of facts. Blocks for about a second where a wire is tried. Leaves everything as it is
/// if the watch says stop.
///   kUser  what this meter cannot
///   kLab   no wire where one is needed
///   and every error of find_wire()
Status align_meter(const EnergyJob& job, energy::PowerMeter& meter, EnergyFindings& findings);

}  // namespace hil::measure
