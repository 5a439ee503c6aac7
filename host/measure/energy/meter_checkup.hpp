// SPDX-License-Identifier: Apache-2.0
// Whether a meter and a board go together: the sync wire, and a supply that really is the supply.
#pragma once

#include <string>
#include <vector>

#include "host/energy/power_meter.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/watch.hpp"

namespace hil::measure {

enum class CheckResult : std::uint8_t { kFit, kUnfit, kNotTried };

struct MeterCheck {
  std::string name;  ///< "sync wire", "supply"
  CheckResult result = CheckResult::kFit;
  std::string what;  ///< what was seen
  std::string next;  ///< what to do; empty if nothing
};

/// Tries what an energy run relies on. Sync wire: the agent's pulses must be seen on an input of
/// the meter. Supply: when the meter switches it off, the agent must fall silent; a board that
/// still answers is fed through its line or its probe, and the meter does not see that current. It
/// is on again afterwards, but the session has ended. Blocks for some seconds.
std::vector<MeterCheck> check_meter(lab::ReadyBoard& board, energy::PowerMeter& meter,
                                    const Watch& watch);

}  // namespace hil::measure
