// SPDX-License-Identifier: Apache-2.0
// The level of the sync wire where the meter tells of its falling edges alone.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window/device_window.hpp"

namespace hil::energy {

/// True for a recording of an LPM01A whose firmware tells of falling edges only: its events "edge"
/// are all "fall", and its logic bit 0 is 0 throughout.
bool only_falls(const Trace& trace);

/// Fills in logic bit 0 of @p trace, one of only_falls(), from what the device says of @p windows
/// (ascending; all that were made during the recording): each falling edge is the end of a window,
/// and by the line through all of them a window began where its ticks say. So the begins are as
/// good as the line, but are not evidence: only the ends have been seen, and an event "wire" says
/// so.
/// A trace with both edges, or without the wire, is left as it is.
///   kLab     falling edges are missing or too many, or do not lie where the windows' ends do
///   kDevice  the device's clock is off by more than kMostPpm
Status complete_rises(Trace& trace, std::span<const DeviceWindow> windows, std::uint64_t tick_hz);

}  // namespace hil::energy
