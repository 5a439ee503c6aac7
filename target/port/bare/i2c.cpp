// SPDX-License-Identifier: Apache-2.0
// The I2C bus of a board without an operating system: bits over the wires that its chip gives.
#include "board_generated.h"
#include "target/port/bare/i2c_master.hpp"
#include "target/port/port.hpp"
#include HIL_PORT_CHIP  // namespace chip, see target/port/README.md

namespace hil::port {
namespace {

/// A template, so that nothing of it is compiled where the chip has no wires.
template <class Wires>
Transfer transfer(std::uint8_t address, std::span<const std::uint8_t> out,
                  std::span<std::uint8_t> in) {
  if constexpr (Wires::kWired) {
    if (!Wires::usable()) return Transfer::kNoBus;
    Wires wires;
    return I2cMaster<Wires>(wires, tick_hz()).transfer(address, out, in);
  } else {
    return Transfer::kNoBus;
  }
}

}  // namespace

Transfer i2c(std::uint8_t address, std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
  return transfer<chip::I2cWires>(address, out, in);
}

}  // namespace hil::port
