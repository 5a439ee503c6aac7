// SPDX-License-Identifier: Apache-2.0
// When outputs agree: integers to the bit, floats within the tolerance of their scale.
#include "host/measure/agreement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "host/measure/time_scale.hpp"

namespace hil::measure {
namespace {

using data::ElementType;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<std::uint8_t> bytes_of(const std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

bool floats_agree(const std::vector<float>& expected, const std::vector<float>& got) {
  return agree(ElementType::kFloat32, bytes_of(expected), bytes_of(got));
}

TEST(Agreement, IntegersAgreeToTheBit) {
  EXPECT_TRUE(
      agree(ElementType::kInt8, std::vector<std::uint8_t>{1, 2}, std::vector<std::uint8_t>{1, 2}));
  EXPECT_FALSE(
      agree(ElementType::kInt8, std::vector<std::uint8_t>{1, 2}, std::vector<std::uint8_t>{1, 3}));
  EXPECT_FALSE(agree(ElementType::kInt32, bytes_of({1.0F}), bytes_of({1.0000001F})));
}

TEST(Agreement, FloatsAgreeWithinTheirScale) {
  EXPECT_TRUE(floats_agree({0, 100}, {0.0009F, 100.0009F}));
  EXPECT_FALSE(floats_agree({0, 100}, {0.0011F, 100}));
  // The spread counts where it is more than the magnitude: 200 here.
  EXPECT_TRUE(floats_agree({-100, 100}, {-100, 100.0019F}));
  EXPECT_FALSE(floats_agree({-100, 100}, {-100, 100.0021F}));
  EXPECT_FALSE(floats_agree({0, 0}, {0, 1e-30F})) << "of scale 0 nothing but 0 agrees";
  EXPECT_TRUE(floats_agree({0, 0}, {0, -0.0F}));
}

TEST(Agreement, WhatIsNotFiniteAgreesWithItsLikeOnly) {
  EXPECT_TRUE(floats_agree({NAN, 1}, {-NAN, 1}));
  EXPECT_FALSE(floats_agree({NAN, 1}, {0, 1}));
  EXPECT_FALSE(floats_agree({0, 1}, {NAN, 1}));
  EXPECT_TRUE(floats_agree({kInfinity, 1}, {kInfinity, 1.000001F}));
  EXPECT_FALSE(floats_agree({kInfinity, 1}, {-kInfinity, 1}));
  EXPECT_FALSE(floats_agree({1, 1}, {kInfinity, 1})) << "an infinite scale would let all pass";
  EXPECT_FALSE(floats_agree({kInfinity, 1}, {kInfinity, 2}));
}

TEST(Agreement, OtherSizesNeverAgree) {
  EXPECT_FALSE(floats_agree({1, 2}, {1}));
  EXPECT_FALSE(floats_agree({}, {1}));
}

TEST(TimeScale, OfSiliconIsTimeAndMayHaveFractions) {
  const TimeScale scale{"us", false, 0.25};
  EXPECT_DOUBLE_EQ(scale.of(3), 0.75);
  EXPECT_DOUBLE_EQ(scale.of(0), 0);
}

TEST(TimeScale, GivesTheInstructionsThatTheTicksCameFrom) {
  // A clock at 24 MHz beside instructions of 2^6 ns: 1.536 ticks each, rounded down by the clock.
  const TimeScale slow{"instructions", true, 1e9 / 24e6 / 64};
  // One tick per instruction, and a clock at 16 MHz: 1.024 ticks each.
  const TimeScale same{"instructions", true, 1e9 / 125e6 / 8};
  const TimeScale near{"instructions", true, 1e9 / 16e6 / 64};
  for (std::uint64_t n = 0; n < 200'000; n += n < 100 ? 1 : 997) {
    ASSERT_EQ(slow.of(n * 64 * 24 / 1000), static_cast<double>(n));
    ASSERT_EQ(same.of(n), static_cast<double>(n));
    ASSERT_EQ(near.of(n * 64 * 16 / 1000), static_cast<double>(n));
  }
}

}  // namespace
}  // namespace hil::measure
