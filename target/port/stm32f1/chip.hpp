// SPDX-License-Identifier: Apache-2.0
// The STM32F1 for the shared parts of a port: its serial device, its interrupts, its start.
#pragma once

#include "board_generated.h"
#include "target/port/bare/serial_line.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/cortex_m/systick_clock.hpp"
#include "target/port/stm32/i2c_wires.hpp"
#include "target/port/stm32/pin.hpp"
#include "target/port/stm32/sync_pins.hpp"
#include "target/port/stm32f1/registers.hpp"

namespace hil::port::chip {

/// RM0041 tables 1 (addresses) and 50 (interrupts), sections 6.3.7 and 6.3.8 (enable bits).
inline constexpr stm32::Usart kUsarts[] = {
    {"USART1", 0x4001'3800, 37, true, 14},
    {"USART2", 0x4000'4400, 38, false, 17},
    {"USART3", 0x4000'4800, 39, false, 18},
};
inline constexpr stm32::Usart kUsart = stm32::usart_of(kUsarts, board::kUart);

inline constexpr cortex_m::Vector kVectors[] = {
    {cortex_m::kSysTick, cortex_m::count_systick_round},
    {cortex_m::kFirstDevice + kUsart.interrupt, serial::on_interrupt},
};

/// SysTick is the clock itself, and may not be stopped for an alarm: rests spin.
inline constexpr bool kAlarms = false;
inline void set_alarm(std::uint64_t /*ticks*/) {}
inline void clear_alarm() {}

/// The sync pins of the board file.
inline constexpr bool kHasPins = board::kSyncRegion[0] != 0;
inline constexpr stm32::Pin kRegionPin = stm32::pin_or_none(board::kSyncRegion);
inline constexpr stm32::Pin kInferencePin = stm32::pin_or_none(board::kSyncInference);

/// Drives them, at one instant if they are of one port.
inline void drive_pins(std::uint32_t bits) {
  if constexpr (kHasPins) stm32::drive(kRegionPin, kInferencePin, bits, stm32f1::gpio_set);
}

/// No clock control and no DBGMCU, seen in begin().
bool emulated();

/// The I2C bus of the board file; on QEMU the pins are none.
inline constexpr stm32::Pin kSclPin = stm32::pin_or_none(board::kI2cScl);
inline constexpr stm32::Pin kSdaPin = stm32::pin_or_none(board::kI2cSda);
struct I2cWires : stm32::PinWires<kSclPin, kSdaPin, stm32f1::gpio_set, stm32f1::gpio_input> {
  static constexpr bool kWired = board::kI2cScl[0] != 0;
  static bool usable() { return !emulated(); }
};

/// Clock, pins, timer and serial device; then interrupts come.
void begin();

}  // namespace hil::port::chip
