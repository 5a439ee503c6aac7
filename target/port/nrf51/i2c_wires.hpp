// SPDX-License-Identifier: Apache-2.0
// Two pins of an nRF51, each with its weak pull-up, as the wires of an I2C bus.
#pragma once

#include <cstdint>

#include "board_generated.h"
#include "target/port/bare/registers.hpp"
#include "target/port/nrf51/pin.hpp"
#include "target/port/nrf51/registers.hpp"
#include "target/port/port.hpp"

namespace hil::port::nrf51 {

/// For I2cMaster (bare/i2c_master.hpp); begin_i2c() in board.cpp has set the pins up.
struct PinWires {
  static constexpr std::uint32_t kScl = mask_of(board::kI2cScl);
  static constexpr std::uint32_t kSda = mask_of(board::kI2cSda);

  static void scl(bool high) { drive(kScl, high); }
  static void sda(bool high) { drive(kSda, high); }
  [[nodiscard]] static bool scl() { return is_high(kScl); }
  [[nodiscard]] static bool sda() { return is_high(kSda); }
  [[nodiscard]] static std::uint64_t now() { return ticks(); }

 private:
  static void drive(std::uint32_t mask, bool high) {
    registers::write(high ? kGpioOutSet : kGpioOutClear, mask);
  }
  static bool is_high(std::uint32_t mask) { return (registers::read(kGpioIn) & mask) != 0; }
};

}  // namespace hil::port::nrf51
