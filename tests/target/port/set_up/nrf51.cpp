// SPDX-License-Identifier: Apache-2.0
// The registers of an nRF51 for set_up_test.cpp.
#include "target/port/nrf51/registers.hpp"

#include "target/port/cortex_m/core_registers.hpp"
#include "tests/target/port/set_up/fake_chip.hpp"

namespace hil::test {

using namespace port::nrf51;

FakeChip chip_after_power_on() {
  FakeChip chip;
  chip.values = {{kClockHfclkStatus, 0x0001'0000},
                 {kPowerRamOn, 0x0000'0003},
                 {kFicrDeviceId, 0x0000'0011},
                 {kFicrDeviceId + 4, 0x0000'2200}};
  return chip;
}

FakeChip emulated_chip() {
  FakeChip chip;
  chip.values = {{kClockHfclkStatus, 1}, {kPowerRamOn, 1}, {kPowerResetReason, 1}};
  return chip;
}

void react(FakeChip& chip, std::uint32_t address, std::uint32_t value) {
  if (address == kClockStartHfclk && value == 1 && !chip.broken.contains("HSE")) {
    chip.values[kClockHfclkStarted] = 1;
  }
  if (address == kGpioOutSet) chip.values[kGpioIn] |= value;
  if (address == kGpioOutClear) chip.values[kGpioIn] &= ~value;
}

std::vector<Register> known_registers() {
  using namespace port::cortex_m;
  return {
      {kPowerResetReason, "RESETREAS", "nRF51 RM 3.0 chapter 12"},
      {kClockStartHfclk, "HFCLKSTART", "nRF51 RM 3.0 chapter 13"},
      {kClockHfclkStarted, "HFCLKSTARTED", "nRF51 RM 3.0 chapter 13"},
      {kTimerStart, "TIMER0_START", "nRF51 RM 3.0 chapter 18"},
      {kTimerClear, "TIMER0_CLEAR", "nRF51 RM 3.0 chapter 18"},
      {kTimerInterruptSet, "TIMER0_INTENSET", "nRF51 RM 3.0 chapter 18"},
      {kTimerBitMode, "TIMER0_BITMODE", "nRF51 RM 3.0 chapter 18"},
      {kTimerPrescaler, "TIMER0_PRESCALER", "nRF51 RM 3.0 chapter 18"},
      {kTimerCompare, "TIMER0_CC0", "nRF51 RM 3.0 chapter 18"},
      {kTimerCompare + 4, "TIMER0_CC1", "nRF51 RM 3.0 chapter 18"},
      {kGpioOutSet, "GPIO_OUTSET", "nRF51 RM 3.0 chapter 14"},
      {kGpioOutClear, "GPIO_OUTCLR", "nRF51 RM 3.0 chapter 14"},
      {kGpioDirectionSet, "GPIO_DIRSET", "nRF51 RM 3.0 chapter 14"},
      {kGpioConfiguration, "GPIO_PIN_CNF0", "nRF51 RM 3.0 chapter 14"},
      {kGpioConfiguration + 4 * 30, "GPIO_PIN_CNF30", "nRF51 RM 3.0 chapter 14"},
      {kGpioConfiguration + 4 * 25, "GPIO_PIN_CNF25", "nRF51 RM 3.0 chapter 14"},
      {kUartPinTx, "UART_PSELTXD", "nRF51 RM 3.0 chapter 29"},
      {kUartPinRx, "UART_PSELRXD", "nRF51 RM 3.0 chapter 29"},
      {kUartBaudRate, "UART_BAUDRATE", "nRF51 RM 3.0 chapter 29"},
      {kUartEnable, "UART_ENABLE", "nRF51 RM 3.0 chapter 29"},
      {kUartStartTx, "UART_STARTTX", "nRF51 RM 3.0 chapter 29"},
      {kUartStartRx, "UART_STARTRX", "nRF51 RM 3.0 chapter 29"},
      {kUartInterruptSet, "UART_INTENSET", "nRF51 RM 3.0 chapter 29"},
      {kNvicEnable, "NVIC_ISER", "ARM DUI 0497 4.2.2"},
  };
}

}  // namespace hil::test
