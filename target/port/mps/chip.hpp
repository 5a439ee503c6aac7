// SPDX-License-Identifier: Apache-2.0
// An FPGA image for the shared parts of a port: its interrupts and its start.
#pragma once

#include <array>

#include "target/port/bare/serial_line.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/cortex_m/systick.hpp"
#include "target/port/mps/clock.hpp"
#include "target/port/mps/i2c_wires.hpp"

namespace hil::port::chip {

constexpr auto make_vectors() {
  constexpr auto device = [](std::uint32_t number) { return cortex_m::kFirstDevice + number; };
  constexpr cortex_m::Vector kReceive{device(mps::kUartReceiveInterrupt), serial::on_interrupt};
  constexpr cortex_m::Vector kSend{device(mps::kUartSendInterrupt), serial::on_interrupt};
  if constexpr (mps::kSse300) {
    return std::array{kReceive, kSend};
  } else {
    return std::array{
        kReceive, kSend,
        cortex_m::Vector{device(mps::ApbTimer::kInterrupt), mps::ApbTimer::on_interrupt}};
  }
}
inline constexpr auto kVectors = make_vectors();

/// SysTick wakes the core, and the clock goes on.
inline constexpr bool kAlarms = true;
inline void set_alarm(std::uint64_t ticks) {  // of the core's clock, which SysTick has, too
  cortex_m::systick::set_alarm(ticks);
}
inline void clear_alarm() {
  cortex_m::systick::stop();
}

/// The I2C bus of the board file.
using I2cWires = mps::SerialBus;

/// No board file names sync pins.
inline void drive_pins(std::uint32_t /*bits*/) {}

/// Timer and serial device; then interrupts come. The FPGA's clocks are as they are.
void begin();

/// No debug watchpoint unit, seen in begin().
bool emulated();

}  // namespace hil::port::chip
