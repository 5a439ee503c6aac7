// SPDX-License-Identifier: Apache-2.0
// Bytes as a receiver with the wrong rate sees them: others than were sent, the same in every run.
#pragma once

#include <cstdint>
#include <span>

namespace hil::emulate {

/// Every byte becomes another one. The same seed and the same number of bytes before give the same.
class Garbler {
 public:
  explicit Garbler(std::uint64_t seed) : state_(seed) {}

  void garble(std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes)
      byte ^= static_cast<std::uint8_t>(1 + next() % 255);  // never 0, so never the same
  }

 private:
  /// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EB;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace hil::emulate
