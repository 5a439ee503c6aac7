// SPDX-License-Identifier: Apache-2.0
// port::ticks() from TIMER0, the one timer of the nRF51 with 32 bits.
#pragma once

#include <cstdint>

namespace hil::port::nrf51 {

/// Starts the timer at 16 MHz.
void begin_timer();

/// Has an interrupt come in so many ticks, or earlier, until clear_alarm(). Interrupts are masked.
void set_alarm(std::uint64_t ticks);
void clear_alarm();

/// Handler of its interrupt.
void look_at_timer();

}  // namespace hil::port::nrf51
