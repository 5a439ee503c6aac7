// SPDX-License-Identifier: Apache-2.0
// The registers of an STM32F4 for set_up_test.cpp.
#include "target/port/stm32f4/registers.hpp"

#include <array>

#include "target/port/cortex_m/core_registers.hpp"
#include "target/port/stm32/uart.hpp"
#include "tests/target/port/set_up/fake_chip.hpp"

namespace hil::test {

using namespace port::stm32f4;

FakeChip chip_after_power_on() {
  FakeChip chip;
  chip.values = {{kRccCr, 0x0000'7D83},       {kRccPllcfgr, 0x2400'3010}, {kRccCsr, 0x0E00'0000},
                 {kPwrCr, 0x0000'4000},       {0xE004'2000, 0x1000'6413}, {kUniqueId, 0x0000'0011},
                 {kUniqueId + 4, 0x0000'2200}};
  chip.values[gpio(0)] = 0xA800'0000;  // GPIOA: the debug pins
  chip.values[gpio(0) + kGpioPupdr] = 0x6400'0000;
  return chip;
}

FakeChip emulated_chip() {
  return {};  // all reads 0
}

void react(FakeChip& chip, std::uint32_t address, std::uint32_t value) {
  const auto follow = [&](const char* what, std::uint32_t asked, std::uint32_t in,
                          std::uint32_t ready) {
    if ((value & asked) == 0) chip.values[in] &= ~ready;
    if ((value & asked) != 0 && !chip.broken.contains(what)) chip.values[in] |= ready;
  };
  if (address == kRccCr) {
    follow("HSE", kRccCrHseOn, kRccCr, kRccCrHseReady);
    follow("PLL", kRccCrPllOn, kRccCr, kRccCrPllReady);
  } else if (address == kRccCfgr && !chip.broken.contains("SWITCH")) {
    chip.values[kRccCfgr] |= (value & kRccCfgrSwitchMask) << 2;
  } else if (address == kPwrCr) {
    follow("OVERDRIVE", kPwrCrOverdrive, kPwrCsr, kPwrCsrOverdriveReady);
    follow("OVERDRIVE", kPwrCrOverdriveSwitch, kPwrCsr, kPwrCsrOverdriveSwitched);
  } else if (address == gpio_set(1)) {
    std::uint32_t& pins = chip.values[gpio_input(1)];
    pins = (pins & ~(value >> 16)) | (value & 0xFFFF);
  }
}

std::vector<Register> known_registers() {
  using namespace port::cortex_m;
  return {
      {kRccCr, "RCC_CR", "RM0090 7.3.1, RM0390 6.3.1"},
      {kRccPllcfgr, "RCC_PLLCFGR", "RM0090 7.3.2, RM0390 6.3.2"},
      {kRccCfgr, "RCC_CFGR", "RM0090 7.3.3, RM0390 6.3.3"},
      {kRccAhb1enr, "RCC_AHB1ENR", "RM0090 7.3.10, RM0390 6.3.10"},
      {kRccApb1enr, "RCC_APB1ENR", "RM0090 7.3.13, RM0390 6.3.13"},
      {kRccApb2enr, "RCC_APB2ENR", "RM0090 7.3.14, RM0390 6.3.14"},
      {kRccCsr, "RCC_CSR", "RM0090 7.3.21, RM0390 6.3.21"},
      {kPwrCr, "PWR_CR", "RM0090 5.4.1, RM0390 5.4.1"},
      {kFlashAcr, "FLASH_ACR", "RM0090 3.9.1, RM0390 3.8.1"},
      {gpio(0) + kGpioModer, "GPIOA_MODER", "RM0090 8.4.1, RM0390 7.4.1"},
      {gpio(0) + kGpioPupdr, "GPIOA_PUPDR", "RM0090 8.4.4, RM0390 7.4.4"},
      {gpio(0) + kGpioAfrl, "GPIOA_AFRL", "RM0090 8.4.9, RM0390 7.4.9"},
      {gpio(0) + kGpioAfrl + 4, "GPIOA_AFRH", "RM0090 8.4.10, RM0390 7.4.10"},
      {gpio(1) + kGpioModer, "GPIOB_MODER", "RM0090 8.4.1, RM0390 7.4.1"},
      {gpio(1) + kGpioOtyper, "GPIOB_OTYPER", "RM0090 8.4.2, RM0390 7.4.2"},
      {gpio(1) + kGpioPupdr, "GPIOB_PUPDR", "RM0090 8.4.4, RM0390 7.4.4"},
      {gpio(1) + kGpioBsrr, "GPIOB_BSRR", "RM0090 8.4.7, RM0390 7.4.7"},
      {kTim2Cr1, "TIM2_CR1", "RM0090 18.4.1, RM0390 17.4.1"},
      {kTim2Egr, "TIM2_EGR", "RM0090 18.4.6, RM0390 17.4.6"},
      {kTim2Psc, "TIM2_PSC", "RM0090 18.4.11, RM0390 17.4.11"},
      {kTim2Arr, "TIM2_ARR", "RM0090 18.4.12, RM0390 17.4.12"},
      {port::uart::kBaudRate, "USART_BRR", "RM0090 30.6.3, RM0390 25.6.3"},
      {port::uart::kControl1, "USART_CR1", "RM0090 30.6.4, RM0390 25.6.4"},
      {kSysTickControl, "SYST_CSR", "PM0214 4.5.1"},
      {kSysTickReload, "SYST_RVR", "PM0214 4.5.2"},
      {kSysTickValue, "SYST_CVR", "PM0214 4.5.3"},
      {kNvicEnable + 4, "NVIC_ISER1", "PM0214 4.3.2"},
  };
}

}  // namespace hil::test
