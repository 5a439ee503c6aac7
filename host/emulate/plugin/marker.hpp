// SPDX-License-Identifier: MIT
// What a marker of the firmware is, as power_meter.cpp describes it; a part of that file.
#pragma once

#include <cstdint>

namespace hil_plugin {

constexpr unsigned kLoads = 10;        ///< one for the base, one for the pins, eight for the time
constexpr std::uint64_t kReach = 128;  ///< bytes behind the magic instruction that hold its loads

// Bits of what the second load says, beside the pins themselves.
constexpr std::uint8_t kInRun = 0x80;
constexpr std::uint8_t kTimeAlone = 0x40;

}  // namespace hil_plugin
