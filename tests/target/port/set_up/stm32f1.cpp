// SPDX-License-Identifier: Apache-2.0
// The registers of an STM32F1 for set_up_test.cpp.
#include "target/port/stm32f1/registers.hpp"

#include <array>

#include "target/port/cortex_m/core_registers.hpp"
#include "target/port/stm32/uart.hpp"
#include "tests/target/port/set_up/fake_chip.hpp"

namespace hil::test {

using namespace port::stm32f1;

FakeChip chip_after_power_on() {
  FakeChip chip;
  // DBGMCU_IDCODE stays 0, as a program sees it on some of these chips.
  chip.values = {{kRccCr, 0x0000'7D83},
                 {kRccCsr, 0x0C00'0000},
                 {gpio_configuration(0, 0), 0x4444'4444},
                 {gpio_configuration(0, 8), 0x4444'4444},
                 {kUniqueId, 0x0000'0011},
                 {kUniqueId + 4, 0x0000'2200}};
  return chip;
}

FakeChip emulated_chip() {
  return {};  // all reads 0
}

void react(FakeChip& chip, std::uint32_t address, std::uint32_t value) {
  const auto follow = [&](const char* what, std::uint32_t asked, std::uint32_t ready) {
    if ((value & asked) == 0) chip.values[kRccCr] &= ~ready;
    if ((value & asked) != 0 && !chip.broken.contains(what)) chip.values[kRccCr] |= ready;
  };
  if (address == kRccCr) {
    follow("HSE", kRccCrHseOn, kRccCrHseReady);
    follow("PLL", kRccCrPllOn, kRccCrPllReady);
  } else if (address == kRccCfgr && !chip.broken.contains("SWITCH")) {
    chip.values[kRccCfgr] |= (value & kRccCfgrSwitchMask) << 2;
  } else if (address == gpio_set(1)) {
    std::uint32_t& pins = chip.values[gpio_input(1)];
    pins = (pins & ~(value >> 16)) | (value & 0xFFFF);
  }
}

std::vector<Register> known_registers() {
  using namespace port::cortex_m;
  return {
      {kRccCr, "RCC_CR", "RM0041 6.3.1"},
      {kRccCfgr, "RCC_CFGR", "RM0041 6.3.2"},
      {kRccApb2enr, "RCC_APB2ENR", "RM0041 6.3.7"},
      {kRccApb1enr, "RCC_APB1ENR", "RM0041 6.3.8"},
      {kRccCsr, "RCC_CSR", "RM0041 6.3.10"},
      {kFlashAcr, "FLASH_ACR", "RM0008 3.3.3"},
      {gpio_configuration(0, 0), "GPIOA_CRL", "RM0041 7.2.1"},
      {gpio_configuration(0, 8), "GPIOA_CRH", "RM0041 7.2.2"},
      {gpio_set(0), "GPIOA_BSRR", "RM0041 7.2.5"},
      {gpio_configuration(1, 0), "GPIOB_CRL", "RM0041 7.2.1"},
      {gpio_set(1), "GPIOB_BSRR", "RM0041 7.2.5"},
      {port::uart::kBaudRate, "USART_BRR", "RM0041 23.6.3"},
      {port::uart::kControl1, "USART_CR1", "RM0041 23.6.4"},
      {kSysTickControl, "SYST_CSR", "PM0056 4.5.1"},
      {kSysTickReload, "SYST_RVR", "PM0056 4.5.2"},
      {kSysTickValue, "SYST_CVR", "PM0056 4.5.3"},
      {kNvicEnable + 4, "NVIC_ISER1", "PM0056 4.3.2"},
  };
}

}  // namespace hil::test
