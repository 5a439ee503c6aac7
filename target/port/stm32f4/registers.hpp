// SPDX-License-Identifier: Apache-2.0
// Registers of the STM32F4 that set-up writes: addresses and bits, by their names in RM0090
// (STM32F405 and its like) and RM0390 (STM32F446); same places in both.
#pragma once

#include <cstdint>

namespace hil::port::stm32f4 {

// RCC: RM0090 section 7.3, RM0390 section 6.3.
inline constexpr std::uint32_t kRccCr = 0x4002'3800;
inline constexpr std::uint32_t kRccCrHseOn = 1u << 16;
inline constexpr std::uint32_t kRccCrHseReady = 1u << 17;
inline constexpr std::uint32_t kRccCrHseBypass = 1u << 18;
inline constexpr std::uint32_t kRccCrPllOn = 1u << 24;
inline constexpr std::uint32_t kRccCrPllReady = 1u << 25;
inline constexpr std::uint32_t kRccPllcfgr = 0x4002'3804;
inline constexpr std::uint32_t kRccPllcfgrSourceHse = 1u << 22;
inline constexpr std::uint32_t kRccCfgr = 0x4002'3808;
inline constexpr std::uint32_t kRccCfgrSwitchMask = 3;
inline constexpr std::uint32_t kRccCfgrSwitchPll = 2;
inline constexpr std::uint32_t kRccCfgrStatusMask = 3u << 2;
inline constexpr std::uint32_t kRccCfgrStatusPll = 2u << 2;
inline constexpr std::uint32_t kRccCfgrApb1By4 = 5u << 10;
inline constexpr std::uint32_t kRccCfgrApb2By2 = 4u << 13;
inline constexpr std::uint32_t kRccAhb1enr = 0x4002'3830;
inline constexpr std::uint32_t kRccApb1enr = 0x4002'3840;
inline constexpr std::uint32_t kRccApb1enrTim2 = 1u << 0;
inline constexpr std::uint32_t kRccApb1enrPwr = 1u << 28;
inline constexpr std::uint32_t kRccApb2enr = 0x4002'3844;
inline constexpr std::uint32_t kRccCsr = 0x4002'3874;

// PWR: RM0090 section 5.4 (no over-drive on the F405), RM0390 section 5.4.
inline constexpr std::uint32_t kPwrCr = 0x4000'7000;
inline constexpr std::uint32_t kPwrCrOverdrive = 1u << 16;
inline constexpr std::uint32_t kPwrCrOverdriveSwitch = 1u << 17;
inline constexpr std::uint32_t kPwrCsr = 0x4000'7004;
inline constexpr std::uint32_t kPwrCsrOverdriveReady = 1u << 16;
inline constexpr std::uint32_t kPwrCsrOverdriveSwitched = 1u << 17;

// FLASH: RM0090 section 3.9.1, RM0390 section 3.8.1.
inline constexpr std::uint32_t kFlashAcr = 0x4002'3C00;
inline constexpr std::uint32_t kFlashAcrLatencyMask = 0xF;
inline constexpr std::uint32_t kFlashAcrPrefetch = 1u << 8;
inline constexpr std::uint32_t kFlashAcrCaches = 3u << 9;

// GPIO: RM0090 section 8.4, RM0390 section 7.4.
inline constexpr std::uint32_t gpio(std::uint32_t port) {
  return 0x4002'0000 + 0x400 * port;
}
inline constexpr std::uint32_t kGpioModer = 0x00;
inline constexpr std::uint32_t kGpioModerOutput = 1;  ///< push-pull, slow edges: as after reset
inline constexpr std::uint32_t kGpioModerAlternate = 2;
inline constexpr std::uint32_t kGpioOtyper = 0x04;  ///< a bit per pin: 1 is open drain
inline constexpr std::uint32_t kGpioPupdr = 0x0C;
inline constexpr std::uint32_t kGpioPupdrUp = 1;
inline constexpr std::uint32_t kGpioIdr = 0x10;
inline constexpr std::uint32_t kGpioBsrr = 0x18;  ///< low half: set, high half: reset
inline constexpr std::uint32_t kGpioAfrl = 0x20;  ///< of pins 0 to 7; the other half follows

inline constexpr std::uint32_t gpio_set(std::uint32_t port) {
  return gpio(port) + kGpioBsrr;
}
inline constexpr std::uint32_t gpio_input(std::uint32_t port) {
  return gpio(port) + kGpioIdr;
}

// TIM2, 32 bits: RM0090 section 18.4, RM0390 section 17.4.
inline constexpr std::uint32_t kTim2Cr1 = 0x4000'0000;
inline constexpr std::uint32_t kTim2Cr1Enable = 1;
inline constexpr std::uint32_t kTim2Egr = 0x4000'0014;
inline constexpr std::uint32_t kTim2EgrUpdate = 1;
inline constexpr std::uint32_t kTim2Cnt = 0x4000'0024;
inline constexpr std::uint32_t kTim2Psc = 0x4000'0028;
inline constexpr std::uint32_t kTim2Arr = 0x4000'002C;

// Unique device id: RM0090 section 39.1, RM0390 section 34.1.
inline constexpr std::uint32_t kUniqueId = 0x1FFF'7A10;

}  // namespace hil::port::stm32f4
