// SPDX-License-Identifier: Apache-2.0
// Registers of every Cortex-M core: addresses and bits, from the ARMv6-M, ARMv7-M and ARMv8-M
// Architecture Reference Manuals (DDI 0419, DDI 0403, DDI 0553), chapters B3 and B11.
#pragma once

#include <cstdint>

namespace hil::port::cortex_m {

// System control block.
inline constexpr std::uint32_t kVtor = 0xE000'ED08;  ///< not in ARMv6-M without the extension
inline constexpr std::uint32_t kAircr = 0xE000'ED0C;
inline constexpr std::uint32_t kAircrKey = 0x05FA'0000;
inline constexpr std::uint32_t kAircrSystemReset = 1u << 2;
inline constexpr std::uint32_t kIcsr = 0xE000'ED04;
inline constexpr std::uint32_t kIcsrSysTickPending = 1u << 26;
inline constexpr std::uint32_t kIcsrSysTickClear = 1u << 25;
inline constexpr std::uint32_t kShcsr = 0xE000'ED24;
inline constexpr std::uint32_t kShcsrFaults = 7u << 16;  ///< usage, bus and memory management fault
inline constexpr std::uint32_t kCfsr = 0xE000'ED28;
inline constexpr std::uint32_t kCfsrMemoryAddressValid = 1u << 7;
inline constexpr std::uint32_t kCfsrBusAddressValid = 1u << 15;
inline constexpr std::uint32_t kHfsr = 0xE000'ED2C;
inline constexpr std::uint32_t kMmfar = 0xE000'ED34;
inline constexpr std::uint32_t kBfar = 0xE000'ED38;
inline constexpr std::uint32_t kCpacr = 0xE000'ED88;
inline constexpr std::uint32_t kCpacrFpu = 0xFu << 20;  ///< CP10 and CP11: FPU, and MVE

// SysTick.
inline constexpr std::uint32_t kSysTickControl = 0xE000'E010;
inline constexpr std::uint32_t kSysTickEnable = 1u << 0;
inline constexpr std::uint32_t kSysTickInterrupt = 1u << 1;
inline constexpr std::uint32_t kSysTickCoreClock = 1u << 2;  ///< else the chip's reference clock
inline constexpr std::uint32_t kSysTickReload = 0xE000'E014;
inline constexpr std::uint32_t kSysTickValue = 0xE000'E018;
inline constexpr std::uint32_t kSysTickMask = 0x00FF'FFFF;

// Interrupt controller: a bit per device interrupt.
inline constexpr std::uint32_t kNvicEnable = 0xE000'E100;
inline constexpr std::uint32_t kNvicPend = 0xE000'E200;

// Numbers of exceptions in the vector table.
inline constexpr std::uint32_t kHardFault = 3;
inline constexpr std::uint32_t kMemoryFault = 4;
inline constexpr std::uint32_t kBusFault = 5;
inline constexpr std::uint32_t kUsageFault = 6;
inline constexpr std::uint32_t kSysTick = 15;
inline constexpr std::uint32_t kFirstDevice = 16;  ///< device interrupt n is exception 16 + n

}  // namespace hil::port::cortex_m
