// SPDX-License-Identifier: Apache-2.0
// The two bits of an FPGA image's serial bus control (SBCon), wires of an I2C bus.
#pragma once

#include <cstdint>
#include <string_view>

#include "board_generated.h"
#include "target/port/bare/registers.hpp"
#include "target/port/mps/image.hpp"
#include "target/port/port.hpp"

namespace hil::port::mps {

/// For I2cMaster (bare/i2c_master.hpp). Registers by the application notes' SBCon I2C: what is
/// written to the first one sets bits, to the second clears them, 0 SCL and 1 SDA; reading the
/// first gives the wires. Nothing needs to be set up.
struct SerialBus {
  /// The pins of the board's file are of a shield's plug, and those are fixed: only it is named.
  static constexpr bool kWired = board::kI2c[0] != 0;
  static constexpr std::uint32_t kBase = i2c_base_of(board::kI2c);
  static constexpr std::uint32_t kScl = 1u << 0;
  static constexpr std::uint32_t kSda = 1u << 1;

  static bool usable() { return true; }  // QEMU has it, too
  static void scl(bool high) { drive(kScl, high); }
  static void sda(bool high) { drive(kSda, high); }
  [[nodiscard]] static bool scl() { return (registers::read(kBase) & kScl) != 0; }
  [[nodiscard]] static bool sda() { return (registers::read(kBase) & kSda) != 0; }
  [[nodiscard]] static std::uint64_t now() { return ticks(); }

 private:
  static void drive(std::uint32_t bit, bool high) {
    registers::write(high ? kBase : kBase + 4, bit);
  }
};

}  // namespace hil::port::mps
