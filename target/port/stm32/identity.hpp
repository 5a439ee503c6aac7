// SPDX-License-Identifier: Apache-2.0
// What an STM32 tells of itself: why it was reset, its serial number, whether it is silicon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/control.hpp"
#include "target/port/bare/registers.hpp"

namespace hil::port::stm32 {

inline constexpr std::uint32_t kDbgmcuIdcode = 0xE004'2000;

/// True on QEMU, which has neither clock control nor DBGMCU: both read 0. RCC_CR of a chip that
/// runs never does, since the oscillator it runs from is in it. (Some STM32F1 show DBGMCU_IDCODE to
/// debuggers only, says their errata sheet; hence both.)
inline bool runs_emulated(std::uint32_t rcc_cr) {
  return registers::read(rcc_cr) == 0 && registers::read(kDbgmcuIdcode) == 0;
}

/// Reads the flags of RCC_CSR and clears them for the next start (RM0041 section 6.3.10, RM0090
/// section 7.3.21; bit 25 is only there).
inline frame::ResetCause take_reset_cause(std::uint32_t rcc_csr) {
  constexpr std::uint32_t kRemove = 1u << 24;
  const std::uint32_t flags = registers::read(rcc_csr);
  registers::set(rcc_csr, kRemove);
  const auto has = [flags](unsigned bit) { return (flags & (1u << bit)) != 0; };
  // Every reset also pulls the pin, and power-on is a brown-out: the most special first.
  if (has(29) || has(30)) return frame::ResetCause::kWatchdog;
  if (has(28)) return frame::ResetCause::kSoftware;
  if (has(27)) return frame::ResetCause::kPowerOn;
  if (has(25)) return frame::ResetCause::kBrownOut;
  if (has(26)) return frame::ResetCause::kPin;
  return frame::ResetCause::kUnknown;
}

/// Copies the 96-bit unique id at @p address.
inline std::size_t read_unique_id(std::uint32_t address, std::span<std::uint8_t> out) {
  constexpr std::size_t kBytes = 12;
  if (out.size() < kBytes) return 0;
  for (std::uint32_t word = 0; word < kBytes / 4; ++word) {
    const std::uint32_t value = registers::read(address + 4 * word);
    for (std::uint32_t byte = 0; byte < 4; ++byte)
      out[4 * word + byte] = static_cast<std::uint8_t>(value >> (8 * byte));
  }
  return kBytes;
}

}  // namespace hil::port::stm32
