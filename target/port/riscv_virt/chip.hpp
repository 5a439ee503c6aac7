// SPDX-License-Identifier: Apache-2.0
// QEMU's RISC-V machine "virt" for bare/start.cpp.
#pragma once

#include <cstdint>

#include "target/port/bare/no_i2c.hpp"

namespace hil::port::chip {

/// Sets up line and interrupts. The clock needs nothing: mcycle counts from the start.
void begin();

/// The machine has no I2C bus.
using I2cWires = NoI2c;

/// The machine has no pins.
constexpr void drive_pins(std::uint32_t /*bits*/) {}

/// Nobody makes this machine of anything but QEMU.
constexpr bool emulated() {
  return true;
}

}  // namespace hil::port::chip
