// SPDX-License-Identifier: Apache-2.0
// Windows by the host's clock, with guards: for meters that see nothing but the supply.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window/anchored_clock.hpp"
#include "host/energy/window/cut.hpp"
#include "host/energy/window/device_window.hpp"

namespace hil::energy {

/// Least length of a window after its guards are taken off; facts: error of 1 ms edges is below
/// 0.1 % then.
inline constexpr double kLeastHostWindow_s = 10;
inline constexpr double kLeastHostIdle_s = 2;
/// Guard at each end, in standard uncertainties.
inline constexpr double kGuardSigmas = 3;

/// Places @p windows (of ticks at @p tick_hz) on the trace by @p anchors: one gives the offset, two
/// or more that are far enough apart the rate, too. Each window is cut shorter by at least
/// kGuardSigmas of its ends' uncertainty at both ends. Of n inferences that follow each other
/// evenly, the m whole ones that fit in between are kept, in a window of m/n of the device's time,
/// centred: Window::inferences is m. Index is time by Trace::seen_hz if known, else by rate_hz.
///   kBug     no windows, anchors or tick rate; a sigma that is not positive
///   kDevice  windows are not in order; the clock is off by more than kMostPpm
///   kLab     no window that counts: they are too short (kLeastHostWindow_s; idle
///            kLeastHostIdle_s) or spoiled
Result<Cut> cut_by_host_clock(const Trace& trace, std::span<const DeviceWindow> windows,
                              std::span<const HostAnchor> anchors, std::uint64_t tick_hz);

}  // namespace hil::energy
