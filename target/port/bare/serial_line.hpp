// SPDX-License-Identifier: Apache-2.0
// The agent's serial line on a board without an operating system: rings on both sides of a UART.
#pragma once

namespace hil::port::serial {

/// The handler of the UART's interrupts: takes what came, sends what waits.
void on_interrupt();

/// False when the loop has nothing to do until the next interrupt. Called with interrupts masked,
/// right before a sleep, so that none is missed.
bool may_move();

}  // namespace hil::port::serial
