// SPDX-License-Identifier: Apache-2.0
// One sample as a PPK2 sends it: a word of four bytes, little-endian.
#pragma once

#include <cstdint>

namespace hil::energy::ppk2 {

inline constexpr double kRateHz = 100'000;
inline constexpr std::uint16_t kMostCode = 0x3fff;
inline constexpr unsigned kCounterPeriod = 64;

/// Layout: facts/energy.md 3.4. Bit 17 is unused.
struct Sample {
  std::uint16_t code = 0;    ///< of the ADC, 0 to 16383
  std::uint8_t range = 0;    ///< as sent: 0 to 4, and 5 to 7, which no unit has
  std::uint8_t counter = 0;  ///< 0 to 63, one more with each sample
  std::uint8_t logic = 0;    ///< bit n: level of Dn
};

constexpr Sample sample_of(std::uint32_t word) {
  Sample sample;
  sample.code = static_cast<std::uint16_t>(word & kMostCode);
  sample.range = static_cast<std::uint8_t>(word >> 14 & 7u);
  sample.counter = static_cast<std::uint8_t>(word >> 18 & 63u);
  sample.logic = static_cast<std::uint8_t>(word >> 24);
  return sample;
}

}  // namespace hil::energy::ppk2
