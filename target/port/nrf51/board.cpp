// SPDX-License-Identifier: Apache-2.0
// Start of an nRF51: clock, pins, timer, serial device; and what it tells of itself.
#include <string_view>

#include "target/port/bare/kept.hpp"
#include "target/port/nrf51/chip.hpp"
#include "target/port/nrf51/pin.hpp"
#include "target/port/nrf51/uart.hpp"
#include "target/port/port.hpp"

namespace hil::port {

namespace {

using frame::ResetCause;
using nrf51::mask_of;
using nrf51::pin_of;
using nrf51::pin_or_none;

constexpr std::uint32_t kTx = pin_of(board::kTx);
constexpr std::uint32_t kRx = pin_of(board::kRx);
constexpr bool kHasPins = board::kSyncRegion[0] != 0;
constexpr std::uint32_t kRegionMask = mask_of(board::kSyncRegion);
constexpr std::uint32_t kInferenceMask = mask_of(board::kSyncInference);
static_assert(std::string_view(board::kUart) == "UART0", "the chip has one");
static_assert(board::kClockHz == 16'000'000,
              "board.clock_hz of the board file: the chip has no other than 16 MHz");

constinit bool g_emulated = false;

/// True on QEMU, whose POWER and CLOCK read 1 everywhere. On a chip the clock that the core runs
/// from is running, and both halves of the RAM are on.
bool runs_emulated() {
  return (registers::read(nrf51::kClockHfclkStatus) & nrf51::kClockHfclkRunning) == 0 &&
         registers::read(nrf51::kPowerRamOn) == 1;
}

/// Chapter 12: bits 0 pin, 1 watchdog, 2 asked for, 3 lock-up; none: power on or brown-out.
/// Bits are cleared by writing them.
ResetCause take_reset_cause() {
  const std::uint32_t flags = registers::read(nrf51::kPowerResetReason);
  registers::write(nrf51::kPowerResetReason, flags);
  if ((flags & 8u) != 0) return ResetCause::kFault;
  if ((flags & 2u) != 0) return ResetCause::kWatchdog;
  if ((flags & 4u) != 0) return ResetCause::kSoftware;
  if ((flags & 1u) != 0) return ResetCause::kPin;
  return ResetCause::kPowerOn;
}

/// The crystal, which UART and timer need for their rates. A chip that cannot start it keeps its
/// internal oscillator (some percent off).
void start_crystal() {
  registers::write(nrf51::kClockHfclkStarted, 0);
  registers::write(nrf51::kClockStartHfclk, 1);
  registers::wait_for(nrf51::kClockHfclkStarted, 1, 1);
}

void begin_uart() {
  // The manual's section 29.2: high before it is an output, so that no start bit is seen.
  registers::write(nrf51::kGpioOutSet, 1u << kTx);
  registers::write(nrf51::kGpioDirectionSet, 1u << kTx);
  registers::write(nrf51::kGpioConfiguration + 4 * kRx, nrf51::kGpioPulledUp);
  uart::begin(kTx, kRx, board::kBauds[0]);
}

/// Outputs that are low: nothing is measured yet.
void begin_sync_pins() {
  if (!kHasPins) return;
  chip::drive_pins(0);
  registers::write(nrf51::kGpioDirectionSet, kRegionMask | kInferenceMask);
}

/// Let go of, then made what may only pull down.
void begin_i2c() {
  if (!chip::I2cWires::kWired) return;
  registers::write(nrf51::kGpioOutSet, chip::I2cWires::kScl | chip::I2cWires::kSda);
  for (const std::uint32_t pin : {pin_or_none(board::kI2cScl), pin_or_none(board::kI2cSda)})
    registers::write(nrf51::kGpioConfiguration + 4 * pin, nrf51::kGpioOpenDrain);
}

}  // namespace

namespace chip {

/// First those that fall, then those that rise: a cycle apart.
void drive_pins(std::uint32_t bits) {
  if (!kHasPins) return;
  const std::uint32_t high = ((bits & pin::kInRegion) != 0 ? kRegionMask : 0) |
                             ((bits & pin::kPerInference) != 0 ? kInferenceMask : 0);
  registers::write(nrf51::kGpioOutClear, (kRegionMask | kInferenceMask) & ~high);
  registers::write(nrf51::kGpioOutSet, high);
}

void begin() {
  g_emulated = runs_emulated();
  kept::begin(g_emulated ? ResetCause::kUnknown : take_reset_cause());
  if (!g_emulated) start_crystal();
  nrf51::begin_timer();
  begin_uart();
  if (!g_emulated) begin_sync_pins();
  if (!g_emulated) begin_i2c();
  cortex_m::enable_interrupt(nrf51::kTimerIrq);
  cortex_m::enable_interrupt(nrf51::kUartIrq);
}

bool emulated() {
  return g_emulated;
}

}  // namespace chip

std::size_t unique_id(std::span<std::uint8_t> out) {
  constexpr std::uint32_t kWords = 2;
  if (g_emulated || out.size() < 4 * kWords) return 0;  // QEMU's is the same for all
  for (std::uint32_t byte = 0; byte < 4 * kWords; ++byte) {
    const std::uint32_t word = registers::read(nrf51::kFicrDeviceId + (byte & ~3u));
    out[byte] = static_cast<std::uint8_t>(word >> (8 * (byte % 4)));
  }
  return 4 * kWords;
}

}  // namespace hil::port
