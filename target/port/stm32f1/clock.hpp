// SPDX-License-Identifier: Apache-2.0
// Clocks of the STM32F1: the core from the PLL, at what the board file says.
#pragma once

#include <cstdint>

namespace hil::port::stm32f1 {

/// In Hz.
struct Clocks {
  std::uint32_t core;
  std::uint32_t apb1;  ///< USART2 and 3
  std::uint32_t apb2;  ///< USART1
};

/// What set_up_clocks() ends with when all is well.
extern const Clocks kFullSpeed;

/// Runs the core from the PLL, fed by the board's crystal or clock, by the internal oscillator (1
/// %) if that does not start. Every wait is bounded; if the PLL does not lock the chip stays as
/// after a reset, at 8 MHz.
/// @returns how the clocks run now.
Clocks set_up_clocks();

}  // namespace hil::port::stm32f1
