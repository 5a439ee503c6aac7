// SPDX-License-Identifier: Apache-2.0
// Start of an STM32F4: clocks, pins, timer, serial device; and what it tells of itself.
#include "target/port/bare/kept.hpp"
#include "target/port/port.hpp"
#include "target/port/stm32/identity.hpp"
#include "target/port/stm32/uart.hpp"
#include "target/port/stm32f4/chip.hpp"
#include "target/port/stm32f4/clock.hpp"
#include "target/port/stm32f4/registers.hpp"

namespace hil::port {
namespace {

using stm32::Pin;

constexpr Pin kTx = stm32::pin_of(board::kTx);
constexpr Pin kRx = stm32::pin_of(board::kRx);

constinit bool g_emulated = false;

void hand_to_usart(Pin pin) {
  using namespace stm32f4;
  const std::uint32_t base = gpio(pin.port);
  registers::set(kRccAhb1enr, 1u << pin.port);
  registers::change(base + kGpioAfrl + 4 * (pin.number / 8), 0xFu << 4 * (pin.number % 8),
                    board::kAlternateFunction << 4 * (pin.number % 8));
  // A line that nothing drives reads as idle.
  registers::change(base + kGpioPupdr, 3u << 2 * pin.number, kGpioPupdrUp << 2 * pin.number);
  registers::change(base + kGpioModer, 3u << 2 * pin.number, kGpioModerAlternate << 2 * pin.number);
}

void begin_uart(const stm32f4::Clocks& clocks) {
  using chip::kUsart;
  registers::set(kUsart.on_apb2 ? stm32f4::kRccApb2enr : stm32f4::kRccApb1enr,
                 1u << kUsart.enable_bit);
  uart::begin(kUsart.on_apb2 ? clocks.apb2 : clocks.apb1, board::kBauds[0]);
  hand_to_usart(kTx);  // now that it drives the line high
  hand_to_usart(kRx);
}

/// Outputs that are low: nothing is measured yet.
void begin_sync_pin(Pin pin) {
  using namespace stm32f4;
  registers::set(kRccAhb1enr, 1u << pin.port);
  registers::write(gpio(pin.port) + kGpioBsrr, 1u << (pin.number + 16));
  registers::change(gpio(pin.port) + kGpioModer, 3u << 2 * pin.number,
                    kGpioModerOutput << 2 * pin.number);
}

void begin_sync_pins() {
  if constexpr (chip::kHasPins) {
    begin_sync_pin(chip::kRegionPin);
    begin_sync_pin(chip::kInferencePin);
  }
}

/// Let go of, then made what may only pull down, with its weak pull-up: a bus without its resistors
/// is slow then, and not dead.
void begin_i2c() {
  if constexpr (chip::I2cWires::kWired) {
    using namespace stm32f4;
    for (const Pin pin : {chip::kSclPin, chip::kSdaPin}) {
      const std::uint32_t base = gpio(pin.port), one = 1u << pin.number, two = 3u << 2 * pin.number;
      registers::set(kRccAhb1enr, 1u << pin.port);
      registers::write(gpio_set(pin.port), one);
      registers::set(base + kGpioOtyper, one);
      registers::change(base + kGpioPupdr, two, kGpioPupdrUp << 2 * pin.number);
      registers::change(base + kGpioModer, two, kGpioModerOutput << 2 * pin.number);
    }
  }
}

}  // namespace

namespace chip {

void begin() {
  g_emulated = stm32::runs_emulated(stm32f4::kRccCr);
  kept::begin(g_emulated ? frame::ResetCause::kUnknown : stm32::take_reset_cause(stm32f4::kRccCsr));
  const stm32f4::Clocks clocks = g_emulated ? stm32f4::kFullSpeed : stm32f4::set_up_clocks();
  stm32f4::begin_timer(clocks, g_emulated);
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
  if (g_emulated) return 0;  // reading it is a bus fault on QEMU
  return stm32::read_unique_id(stm32f4::kUniqueId, out);
}

}  // namespace hil::port
