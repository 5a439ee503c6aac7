// SPDX-License-Identifier: Apache-2.0
// What reading the board's clock costs, and in which steps it counts.
#pragma once

#include <array>
#include <cstdint>

namespace hil::agent::timer {

/// An odd number of differences of the clock, kept in order.
class Readings {
 public:
  static constexpr std::uint32_t kCount = 33;

  [[nodiscard]] bool full() const { return size_ == kCount; }
  /// Takes one in; 2^32 - 1 stands for anything larger. Only while not full().
  void add(std::uint64_t difference);
  [[nodiscard]] std::uint32_t least() const { return sorted_[0]; }
  [[nodiscard]] std::uint32_t median() const { return sorted_[kCount / 2]; }

 private:
  std::array<std::uint32_t, kCount> sorted_{};
  std::uint32_t size_ = 0;
};

/// Differences of clock readings that follow each other at once.
Readings back_to_back();

/// The largest step in ticks that all differences of readings at uneven distances are a multiple
/// of; 0 if the clock stands still. Not less than the step in which the clock counts, and that step
/// unless the core's own rhythm hides it.
std::uint32_t step();

}  // namespace hil::agent::timer
