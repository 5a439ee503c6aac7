// SPDX-License-Identifier: Apache-2.0
// The nRF51 for the shared parts of a port: its interrupts, its start.
#pragma once

#include "board_generated.h"
#include "target/port/bare/serial_line.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/nrf51/i2c_wires.hpp"
#include "target/port/nrf51/registers.hpp"
#include "target/port/nrf51/timer.hpp"

namespace hil::port::chip {

/// The chip has no SysTick.
inline constexpr cortex_m::Vector kVectors[] = {
    {cortex_m::kFirstDevice + nrf51::kUartIrq, serial::on_interrupt},
    {cortex_m::kFirstDevice + nrf51::kTimerIrq, nrf51::look_at_timer},
};

/// TIMER0 wakes the core, and goes on.
inline constexpr bool kAlarms = true;
using nrf51::clear_alarm;
using nrf51::set_alarm;

/// Drives the sync pins of the board file.
void drive_pins(std::uint32_t bits);

/// No clock and no power control, seen in begin().
bool emulated();

/// The I2C bus of the board file; on QEMU the pins are none.
struct I2cWires : nrf51::PinWires {
  static constexpr bool kWired = board::kI2cScl[0] != 0;
  static bool usable() { return !emulated(); }
};

/// Clock, pins, timer and serial device; then interrupts come.
void begin();

}  // namespace hil::port::chip
