// SPDX-License-Identifier: Apache-2.0
// Registers of the STM32F1 that set-up writes: addresses and bits, by their names in RM0041 (value
// line, STM32F100) and RM0008 (the others); same places in both.
#pragma once

#include <cstdint>

namespace hil::port::stm32f1 {

// RCC: RM0041 section 6.3.
inline constexpr std::uint32_t kRccCr = 0x4002'1000;
inline constexpr std::uint32_t kRccCrHseOn = 1u << 16;
inline constexpr std::uint32_t kRccCrHseReady = 1u << 17;
inline constexpr std::uint32_t kRccCrHseBypass = 1u << 18;
inline constexpr std::uint32_t kRccCrPllOn = 1u << 24;
inline constexpr std::uint32_t kRccCrPllReady = 1u << 25;
inline constexpr std::uint32_t kRccCfgr = 0x4002'1004;
inline constexpr std::uint32_t kRccCfgrSwitchMask = 3;
inline constexpr std::uint32_t kRccCfgrSwitchPll = 2;
inline constexpr std::uint32_t kRccCfgrStatusMask = 3u << 2;
inline constexpr std::uint32_t kRccCfgrStatusPll = 2u << 2;
inline constexpr std::uint32_t kRccCfgrApb1By2 = 4u << 8;
inline constexpr std::uint32_t kRccCfgrPllFromHse = 1u << 16;
inline constexpr std::uint32_t kRccCfgrPllMask = 0x003F'0000;
inline constexpr unsigned kRccCfgrPllFactorShift = 18;
inline constexpr std::uint32_t kRccApb2enr = 0x4002'1018;
inline constexpr std::uint32_t kRccApb2enrAfio = 1u << 0;
inline constexpr std::uint32_t kRccApb2enrPortA = 1u << 2;  ///< the other ports follow
inline constexpr std::uint32_t kRccApb1enr = 0x4002'101C;
inline constexpr std::uint32_t kRccCsr = 0x4002'1024;

// FLASH: RM0008 section 3.3.3; the value line has no wait states and ignores it.
inline constexpr std::uint32_t kFlashAcr = 0x4002'2000;
inline constexpr std::uint32_t kFlashAcrLatencyMask = 7;

// GPIO: RM0041 section 7.2; a configuration register for pins 0 to 7, and one for the others.
inline constexpr std::uint32_t gpio_configuration(std::uint32_t port, std::uint32_t pin) {
  return 0x4001'0800 + 0x400 * port + 4 * (pin / 8);
}
inline constexpr std::uint32_t gpio_input(std::uint32_t port) {
  return 0x4001'0808 + 0x400 * port;
}
inline constexpr std::uint32_t gpio_set(std::uint32_t port) {
  return 0x4001'0810 + 0x400 * port;
}
inline constexpr std::uint32_t kGpioPushPull = 0x2;           ///< up to 2 MHz
inline constexpr std::uint32_t kGpioOpenDrain = 0x6;          ///< up to 2 MHz
inline constexpr std::uint32_t kGpioAlternatePushPull = 0xB;  ///< up to 50 MHz
inline constexpr std::uint32_t kGpioInputPulled = 0x8;        ///< up, if set by gpio_set()

// Unique device id: RM0041 section 26.2.
inline constexpr std::uint32_t kUniqueId = 0x1FFF'F7E8;

}  // namespace hil::port::stm32f1
