// SPDX-License-Identifier: Apache-2.0
// port::ticks() from TIM2, the 32-bit timer of the STM32F4.
#pragma once

#include <cstdint>

namespace hil::port::stm32f4 {

/// Starts the timer, which is fed with @p timer_hz, and the SysTick interrupt that looks at it.
void begin_timer(std::uint32_t timer_hz, bool emulated);

/// Handler of exception kSysTick.
void look_at_timer();

}  // namespace hil::port::stm32f4
