// SPDX-License-Identifier: Apache-2.0
// What ticks of a device stand for: microseconds of its clock, or instructions of an emulator.
#pragma once

#include <cstdint>

#include "host/lab/ready_board.hpp"

namespace hil::measure {

struct TimeScale {
  const char* unit = "us";    ///< "us" or "instructions"
  bool exact = false;         ///< equal work takes equal ticks, always
  double units_per_tick = 1;  ///< correction included

  /// @p ticks in `unit`. Of an emulator the whole number of instructions that made a clock of its
  /// resolution count so far: a tick lasts no longer than an instruction there, and the clock is
  /// aligned before each window.
  [[nodiscard]] double of(std::uint64_t ticks) const;
};

/// Of @p board. On silicon (and on this machine) ticks are time, multiplied by @p correction; under
/// an emulator each instruction takes a fixed time (QEMU's icount: 2^shift ns), so that ticks are
/// instructions and are never called anything else.
TimeScale time_scale_of(lab::ReadyBoard& board, double correction);

}  // namespace hil::measure
