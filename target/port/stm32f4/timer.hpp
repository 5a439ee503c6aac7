// SPDX-License-Identifier: Apache-2.0
// port::ticks() from TIM2, the 32-bit timer of the STM32F4.
#pragma once

#include <cstdint>

#include "target/port/stm32f4/clock.hpp"

namespace hil::port::stm32f4 {

/// Starts the timer, which is fed with clocks.timer, and the SysTick interrupt that looks at it.
void begin_timer(const Clocks& clocks, bool emulated);

/// Has an interrupt come in so many ticks, or earlier; the rounds of SysTick are over until
/// clear_alarm(). Interrupts are masked.
void set_alarm(std::uint64_t ticks);
void clear_alarm();

/// Handler of exception kSysTick.
void look_at_timer();

}  // namespace hil::port::stm32f4
