// SPDX-License-Identifier: Apache-2.0
// Whether an emulator (QEMU's user mode) runs the agent, and the instructions that it has counted.
#pragma once

#include <cstdint>

namespace hil::port::posix {

/// Finds out whether the processor is emulated (@p told: the starter says so) and asks the emulator
/// for its count. False if it is emulated and does not count: its time is neither that of hardware
/// nor exact, so there is nothing to measure with. Call once, first.
bool begin_clock(bool told);

/// True if the processor is emulated; ticks() are instructions then.
[[nodiscard]] bool emulated();

/// Instructions executed since the emulator was started, those of this call included; none are
/// while the process sleeps. Only if emulated().
[[nodiscard]] std::uint64_t instructions();

}  // namespace hil::port::posix
