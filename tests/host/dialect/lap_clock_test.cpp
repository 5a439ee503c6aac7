// SPDX-License-Identifier: Apache-2.0
// A counter of 32 bits is extended by what the host's clock saw.
#include "host/dialect/mlperf_tiny/lap_clock.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hil::dialect::mlperf_tiny {
namespace {

constexpr std::uint64_t kWrap = 1ull << 32;

TEST(LapClock, SubtractsAndWraps) {
  EXPECT_EQ(lap_us(100, 350, 260), 250u);
  EXPECT_EQ(lap_us(kWrap - 1, 99, 101), 100u);
  EXPECT_EQ(lap_us(7, 7, 1), 0u);
}

TEST(LapClock, AddsTheWrapsThatTheHostSaw) {
  const double hour_us = 3600e6;
  EXPECT_EQ(lap_us(0, 0, static_cast<double>(kWrap)), kWrap);
  EXPECT_EQ(lap_us(5, 10, 3 * static_cast<double>(kWrap) * 1.02), 3 * kWrap + 5);
  // 1.5 hours on a device whose clock is 2 % fast.
  const std::uint64_t real = static_cast<std::uint64_t>(1.5 * hour_us * 1.02);
  EXPECT_EQ(lap_us(4000000000, (4000000000 + real) % kWrap, 1.5 * hour_us), real);
}

TEST(LapClock, TakesNonsenseAsItIs) {
  EXPECT_EQ(lap_us(kWrap, kWrap + 5, 1), 5u);
  EXPECT_EQ(lap_us(kWrap + 5, 0, 1), 0u);
  EXPECT_EQ(lap_us(0, 5, std::numeric_limits<double>::quiet_NaN()), 5u);
  EXPECT_GT(lap_us(0, 5, 1e30), kWrap);
}

}  // namespace
}  // namespace hil::dialect::mlperf_tiny
