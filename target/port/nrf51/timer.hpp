// SPDX-License-Identifier: Apache-2.0
// port::ticks() from TIMER0, the one timer of the nRF51 with 32 bits.
#pragma once

namespace hil::port::nrf51 {

/// Starts the timer at 16 MHz.
void begin_timer();

/// Handler of its interrupt.
void look_at_timer();

}  // namespace hil::port::nrf51
