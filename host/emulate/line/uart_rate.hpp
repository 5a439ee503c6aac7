// SPDX-License-Identifier: Apache-2.0
// The rate that firmware has set its UART to, from the register that divides the UART's clock.
#pragma once

#include <cstdint>

#include "host/boards/board.hpp"

namespace hil::emulate {

/// Bits per second that @p value in the divisor register means; 0: none (not set up, or of a kind
/// that says nothing). USART_BRR with 16 times oversampling: RM0090 30.3.4 and RM0041 23.3.4;
/// BAUDDIV: DDI0479 4.3.3 (20 bits, at least 16); BAUDRATE: nRF51 Series Reference Manual 29.10.10.
std::uint32_t uart_rate(const boards::UartDivisor& divisor, std::uint32_t value);

/// Whether two UARTs of these rates understand each other: they differ by at most 2.5 % of @p host.
/// A receiver samples the tenth bit in its middle, so 5 % shifts it out of the stop bit; half of
/// that is for edges and sampling. An unknown rate (0) fits all.
bool rates_fit(std::uint32_t host, std::uint32_t device);

}  // namespace hil::emulate
