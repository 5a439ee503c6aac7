// SPDX-License-Identifier: Apache-2.0
// What reading the board's clock costs, and in which steps it counts.
#include "target/agent/timer.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "target/port/port.hpp"

namespace hil::agent::timer {
namespace {

constexpr std::uint32_t saturated(std::uint64_t ticks) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(ticks, std::numeric_limits<std::uint32_t>::max()));
}

/// Takes a time that grows unevenly with @p i.
void dawdle(std::uint32_t i) {
  for (volatile std::uint32_t left = i * i * 7 % 997; left != 0;)
    left = left - 1;
}

}  // namespace

void Readings::add(std::uint64_t difference) {
  const std::uint32_t value = saturated(difference);
  std::uint32_t at = size_++;
  for (; at > 0 && sorted_[at - 1] > value; --at)
    sorted_[at] = sorted_[at - 1];
  sorted_[at] = value;
}

Readings back_to_back() {
  Readings readings;
  std::uint64_t last = port::ticks();
  while (!readings.full()) {
    const std::uint64_t now = port::ticks();
    readings.add(now - last);
    last = port::ticks();
  }
  return readings;
}

std::uint32_t step() {
  std::uint64_t step = 0;
  std::uint64_t last = port::ticks();
  for (std::uint32_t i = 1; i <= 64; ++i) {
    dawdle(i);
    const std::uint64_t now = port::ticks();
    step = std::gcd(step, now - last);
    last = now;
  }
  return saturated(step);
}

}  // namespace hil::agent::timer
