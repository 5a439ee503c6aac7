// SPDX-License-Identifier: Apache-2.0
// Two open-drain pins of an STM32 as the wires of an I2C bus.
#pragma once

#include <cstdint>

#include "target/port/bare/registers.hpp"
#include "target/port/port.hpp"
#include "target/port/stm32/pin.hpp"
#include "target/port/stm32/sync_pins.hpp"

namespace hil::port::stm32 {

/// For I2cMaster (bare/i2c_master.hpp). @p set_register and @p input_register give the addresses of
/// BSRR and IDR for a port; a pin that is an open-drain output is read there as it is (RM0041
/// section 7.1.8, RM0090 section 8.3.10).
template <Pin scl_pin, Pin sda_pin, auto set_register, auto input_register>
struct PinWires {
  static void scl(bool high) { drive(scl_pin, high); }
  static void sda(bool high) { drive(sda_pin, high); }
  [[nodiscard]] static bool scl() { return is_high(scl_pin); }
  [[nodiscard]] static bool sda() { return is_high(sda_pin); }
  [[nodiscard]] static std::uint64_t now() { return ticks(); }

 private:
  static void drive(Pin pin, bool high) {
    registers::write(set_register(pin.port), level(pin, high));
  }
  static bool is_high(Pin pin) {
    return (registers::read(input_register(pin.port)) & 1u << pin.number) != 0;
  }
};

}  // namespace hil::port::stm32
