// SPDX-License-Identifier: Apache-2.0
// Start of an STM32F1: clocks, pins, timer, serial device; and what it tells of itself.
#include "target/port/bare/kept.hpp"
#include "target/port/port.hpp"
#include "target/port/stm32/identity.hpp"
#include "target/port/stm32/uart.hpp"
#include "target/port/stm32f1/chip.hpp"
#include "target/port/stm32f1/clock.hpp"
#include "target/port/stm32f1/registers.hpp"

namespace hil::port {
namespace {

using stm32::Pin;

constexpr Pin kTx = stm32::pin_of(board::kTx);
constexpr Pin kRx = stm32::pin_of(board::kRx);

constinit bool g_emulated = false;

void configure(Pin pin, std::uint32_t mode) {
  registers::set(stm32f1::kRccApb2enr,
                 stm32f1::kRccApb2enrAfio | stm32f1::kRccApb2enrPortA << pin.port);
  const unsigned shift = 4 * (pin.number % 8);
  registers::change(stm32f1::gpio_configuration(pin.port, pin.number), 0xFu << shift,
                    mode << shift);
}

void begin_uart(const stm32f1::Clocks& clocks) {
  using chip::kUsart;
  registers::set(kUsart.on_apb2 ? stm32f1::kRccApb2enr : stm32f1::kRccApb1enr,
                 1u << kUsart.enable_bit);
  uart::begin(kUsart.on_apb2 ? clocks.apb2 : clocks.apb1, board::kBauds[0]);
  configure(kTx, stm32f1::kGpioAlternatePushPull);  // now that the USART drives the line high
  configure(kRx, stm32f1::kGpioInputPulled);
  // Up: a line that nothing drives reads as idle.
  registers::write(stm32f1::gpio_set(kRx.port), 1u << kRx.number);
}

/// Outputs that are low: nothing is measured yet.
void begin_sync_pins() {
  if constexpr (chip::kHasPins) {
    configure(chip::kRegionPin, stm32f1::kGpioPushPull);  // low, as after a reset; clocks the port
    configure(chip::kInferencePin, stm32f1::kGpioPushPull);
    chip::drive_pins(0);
  }
}

/// Let go of, then made what may only pull down; these pins have no pull-up then.
void begin_i2c() {
  if constexpr (chip::I2cWires::kWired) {
    registers::set(stm32f1::kRccApb2enr, stm32f1::kRccApb2enrPortA << chip::kSclPin.port |
                                             stm32f1::kRccApb2enrPortA << chip::kSdaPin.port);
    chip::I2cWires::scl(true);
    chip::I2cWires::sda(true);
    configure(chip::kSclPin, stm32f1::kGpioOpenDrain);
    configure(chip::kSdaPin, stm32f1::kGpioOpenDrain);
  }
}

}  // namespace

namespace chip {

void begin() {
  g_emulated = stm32::runs_emulated(stm32f1::kRccCr);
  kept::begin(g_emulated ? frame::ResetCause::kUnknown : stm32::take_reset_cause(stm32f1::kRccCsr));
  const stm32f1::Clocks clocks = g_emulated ? stm32f1::kFullSpeed : stm32f1::set_up_clocks();
  cortex_m::begin_systick_clock(clocks.core);
  begin_uart(clocks);
  if (!g_emulated) begin_sync_pins();
  if (!g_emulated) begin_i2c();
  cortex_m::enable_interrupt(kUsart.interrupt);
}

bool emulated() {
  return g_emulated;
}

}  // namespace chip

std::size_t unique_id(std::span<std::uint8_t> out) {
  if (g_emulated) return 0;  // there is none on QEMU
  return stm32::read_unique_id(stm32f1::kUniqueId, out);
}

}  // namespace hil::port
