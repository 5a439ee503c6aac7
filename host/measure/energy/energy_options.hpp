// SPDX-License-Identifier: Apache-2.0
// What is asked of an energy run.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "host/energy/agent_counter/ina228.hpp"
#include "host/results/record.hpp"
#include "host/session/energy_client.hpp"

namespace hil::measure {

/// How windows are to be found in the meter's trace.
enum class AlignmentChoice : std::uint8_t {
  kAuto,  ///< the wire if it is seen, else the pattern if the meter is fast enough, else the clock
  kLogic,
  kTracePattern,
  kHostClock,
};

/// A cell that a duty is asked for.
struct BatteryCell {
  double mah = 0;
  double volts = 0;
};

struct EnergyOptions {
  /// Counted windows; 0: as many as suit their length (default_windows()).
  std::uint32_t windows = 0;
  /// Least length of one; 0: as long as meter and alignment need (default_window()).
  double window_s = 0;
  bool load_too = false;  ///< scope "load+infer": the input is written anew before each inference
  session::EnergyRest idle = session::EnergyRest::kWait;  ///< what is taken off for net energy
  AlignmentChoice alignment = AlignmentChoice::kAuto;
  std::optional<energy::Ina228Wiring> ina228;  ///< the counter on the board, instead of a meter
  /// Readings a second of a counter on this machine; 0: energy::kDefaultCounts.
  double counts_hz = 0;
  bool phases = false;     ///< also idle, transfer, pre-process, post-process
  bool per_layer = false;  ///< also each operator, by executing it several times in a row
  double period_s = 0;     ///< > 0: also one inference each so many seconds, asleep between
  std::optional<BatteryCell> cell;  ///< with period_s: how long it lasts
  std::optional<results::LinkLimit> link_limit = results::LinkLimit{};
};

}  // namespace hil::measure
