// SPDX-License-Identifier: Apache-2.0
// Is the sync wire there, and on which input: proved by pulses that the board was told to make.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window/device_window.hpp"
#include "host/energy/window/edges.hpp"

namespace hil::energy {

/// Lengths of the pulses that are asked for, in milliseconds: no two alike, so that the pauses
/// between them or another signal cannot pass for them.
inline constexpr unsigned kSelfTestPulses_ms[] = {3, 5, 4, 7};

struct WireFound {
  LogicInput region;
  double ppm = 0;                  ///< the device's clock against the meter's, as far as seen
  std::vector<std::string> notes;  ///< the same signal on another input, glitches
};

/// Finds the input that carries @p pulses (the region pin's, as the device tells them, at least
/// 2; ticks of @p tick_hz) in @p trace, which must hold nothing else of the pin. The lowest input
/// that shows exactly these pulses, within one sample each, is taken; all may be longer by the same
/// time of up to kMostExtra_s.
///   kLab     the meter has no inputs; no edge on any (no wire, or no reference voltage at the
///            meter's logic port); an input floats (far more edges than were made); edges that
///            are not these pulses (wires swapped, another signal)
///   kDevice  the pulses are there but the device's clock is off by more than kMostPpm
///   kBug     less than 2 pulses
Result<WireFound> find_sync_wire(const Trace& trace, std::span<const DeviceWindow> pulses,
                                 std::uint64_t tick_hz);

}  // namespace hil::energy
