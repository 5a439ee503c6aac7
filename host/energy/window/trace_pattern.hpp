// SPDX-License-Identifier: Apache-2.0
// Windows without a wire: between two patterns that the device made in its own current.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window/cut.hpp"
#include "host/energy/window/device_window.hpp"

namespace hil::energy {

/// The patterns, as the device tells them (session::EnergyResult::marks): kSyncCode, busy for 1 and
/// asleep for 0, each step for `mark_ticks`.
struct PatternMarks {
  std::uint64_t tick_hz = 0;
  std::uint64_t mark_ticks = 0;
  std::uint64_t lead_ticks = 0;   ///< begin of the pattern before the windows
  std::uint64_t trail_ticks = 0;  ///< begin of the one behind them
};

/// The best match must be this much better than any other place. Ends of long windows look like the
/// code to 0.75.
inline constexpr double kLeastMerit = 1.2;
/// And correlate with the code at least this well (1: nothing but the code).
inline constexpr double kLeastCorrelation = 0.8;

/// Finds both patterns by a matched filter (correlation with the code, normalised) under the
/// condition that they are as far apart as the ticks say, within kMostPpm; then each one's place
/// by the charge around its inner edges, which a decoupling capacitor delays but does not change:
/// windows and patterns are delayed alike. What it carries over a window's ends is part of
/// Window::edge_sigma; windows should be 100 of its time constants long. Cut::merit is the mean
/// correlation of the best pair over the one of the best pair elsewhere.
///   kBug     no windows, no tick rate
///   kDevice  windows are not in order between the patterns; the clock is off by more than kMostPpm
///   kLab     no pattern, more than one place that fits, samples lost in a pattern, steps of fewer
///            than 8 samples, a trace without rails or too short, or no window that counts
Result<Cut> cut_by_trace_pattern(const Trace& trace, std::span<const DeviceWindow> windows,
                                 const PatternMarks& marks);

}  // namespace hil::energy
