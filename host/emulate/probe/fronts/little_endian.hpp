// SPDX-License-Identifier: Apache-2.0
// Little-endian fields of a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hil::emulate {

/// Fields beyond the end read as 0.
inline std::uint32_t u32_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i) {
    value |= std::uint32_t{bytes[at + i]} << (8 * i);
  }
  return value;
}

inline std::uint16_t u16_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(
      u32_at(bytes.first(bytes.size() < at + 2 ? bytes.size() : at + 2), at));
}

/// What would lie beyond the end is dropped.
inline void put_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

}  // namespace hil::emulate
