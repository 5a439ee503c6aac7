// SPDX-License-Identifier: Apache-2.0
// What an energy run has gathered so far; its plan and its figures follow from it.
#pragma once

#include <vector>

#include "host/energy/window/device_window.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/measure/energy/energy_plan.hpp"
#include "host/measure/energy/run_notes.hpp"

namespace hil::measure {

struct EnergyFindings {
  EnergyGround ground;                        ///< what the plan depends on
  EnergyFacts facts;                          ///< what the trace's file says; groups: runs so far
  std::vector<energy::DeviceWindow> windows;  ///< of all runs so far, as the agent timed them
  RunNotes notes;                             ///< what whoever reads the record should know
};

}  // namespace hil::measure
