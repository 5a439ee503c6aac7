// SPDX-License-Identifier: Apache-2.0
// Access to the registers of a chip by address; a test may put its own in their place.
#pragma once

#include <cstdint>

namespace hil::port::registers {

#ifdef HIL_RECORDED_REGISTERS
std::uint32_t read(std::uint32_t address);
void write(std::uint32_t address, std::uint32_t value);
#else
inline std::uint32_t read(std::uint32_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(static_cast<std::uintptr_t>(address));
}
inline void write(std::uint32_t address, std::uint32_t value) {
  *reinterpret_cast<volatile std::uint32_t*>(static_cast<std::uintptr_t>(address)) = value;
}
#endif

/// Sets the bits of @p mask to those of @p bits and keeps all others.
inline void change(std::uint32_t address, std::uint32_t mask, std::uint32_t bits) {
  write(address, (read(address) & ~mask) | bits);
}
inline void set(std::uint32_t address, std::uint32_t bits) {
  change(address, 0, bits);
}
inline void clear(std::uint32_t address, std::uint32_t bits) {
  change(address, bits, 0);
}

/// Polls of wait_for(): a tenth of a second and more at 16 MHz, where crystals need milliseconds.
inline constexpr std::uint32_t kMostPolls = 200'000;

/// Waits until the bits of @p mask read @p value. False if they do not within kMostPolls readings.
inline bool wait_for(std::uint32_t address, std::uint32_t mask, std::uint32_t value) {
  for (std::uint32_t left = kMostPolls; left != 0; --left) {
    if ((read(address) & mask) == value) return true;
  }
  return false;
}

}  // namespace hil::port::registers
