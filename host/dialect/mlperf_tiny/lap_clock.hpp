// SPDX-License-Identifier: Apache-2.0
// The time between two readings of a microsecond counter of 32 bits.
#pragma once

#include <cmath>
#include <cstdint>

namespace hil::dialect::mlperf_tiny {

/// Microseconds from stamp @p first to stamp @p second of a counter that wraps every 71.6 minutes,
/// with as many wraps in between as bring it nearest to @p host_us, what the host's clock saw (the
/// two clocks may be some percent apart). Stamps of more than 32 bits are taken as they are.
inline std::uint64_t lap_us(std::uint64_t first, std::uint64_t second, double host_us) {
  constexpr std::uint64_t kWrap = std::uint64_t{1} << 32;
  if (first >= kWrap || second >= kWrap) return second >= first ? second - first : 0;
  const std::uint64_t lap = (second - first) % kWrap;
  const double wraps =
      std::round((host_us - static_cast<double>(lap)) / static_cast<double>(kWrap));
  constexpr double kMostWraps = 1e6;  // 136 years
  if (!(wraps >= 1)) return lap;
  return lap + kWrap * static_cast<std::uint64_t>(std::fmin(wraps, kMostWraps));
}

}  // namespace hil::dialect::mlperf_tiny
