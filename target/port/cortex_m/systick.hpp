// SPDX-License-Identifier: Apache-2.0
// SysTick: a 24-bit counter of the core with an interrupt per round.
#pragma once

#include <algorithm>
#include <cstdint>

#include "target/port/bare/registers.hpp"
#include "target/port/cortex_m/core_registers.hpp"

namespace hil::port::cortex_m::systick {

/// Starts rounds of 2^24 ticks, each ending in exception kSysTick.
/// @param clock kSysTickCoreClock, or 0: the chip's reference clock (an eighth of it on STM32)
inline void begin(std::uint32_t clock) {
  registers::write(kSysTickReload, kSysTickMask);
  registers::write(kSysTickValue, 0);
  registers::write(kSysTickControl, kSysTickEnable | kSysTickInterrupt | clock);
}

/// A new round begins now; one that ended just before is forgotten.
inline void restart() {
  registers::write(kSysTickValue, 0);
  registers::write(kIcsr, kIcsrSysTickClear);
}

/// Has exception kSysTick come after @p cycles of the core, or one round if that is sooner.
inline void set_alarm(std::uint64_t cycles) {
  const std::uint64_t most = kSysTickMask;
  const std::uint64_t least = 1;  // a reload of 0 stops it
  registers::write(kSysTickReload, static_cast<std::uint32_t>(std::clamp(cycles, least, most)));
  registers::write(kSysTickValue, 0);
  registers::write(kSysTickControl, kSysTickEnable | kSysTickInterrupt | kSysTickCoreClock);
}

/// Stops it; an exception that has not been taken is forgotten.
inline void stop() {
  registers::write(kSysTickControl, 0);
  registers::write(kIcsr, kIcsrSysTickClear);
}

/// Ticks of this round, 0 right after its beginning. The register counts down to 0, where a round
/// ends, and goes on with the largest value.
inline std::uint32_t elapsed() {
  return (0u - registers::read(kSysTickValue)) & kSysTickMask;
}

/// A round has ended whose interrupt has not been taken.
inline bool ended() {
  return (registers::read(kIcsr) & kIcsrSysTickPending) != 0;
}

}  // namespace hil::port::cortex_m::systick
