// SPDX-License-Identifier: Apache-2.0
// Parts of 32-bit registers, as byte and half-word accesses see them.
#pragma once

#include <cstdint>

namespace hil::emulate {

/// All ones in the @p size low bytes; @p size is 1, 2 or 4.
constexpr std::uint32_t bytes_mask(unsigned size) {
  return size >= 4 ? 0xFFFF'FFFFU : (1U << (8 * size)) - 1;
}

/// What an access of @p size bytes at @p address reads of the register @p word that holds it.
constexpr std::uint32_t part_of(std::uint32_t word, std::uint32_t address, unsigned size) {
  return word >> (8 * (address & 3U)) & bytes_mask(size);
}

/// @p word after @p value is written to the @p size bytes at @p address in it.
constexpr std::uint32_t with_part(std::uint32_t word, std::uint32_t address, std::uint32_t value,
                                  unsigned size) {
  const std::uint32_t shift = 8 * (address & 3U);
  const std::uint32_t mask = bytes_mask(size) << shift;
  return (word & ~mask) | (value << shift & mask);
}

}  // namespace hil::emulate
