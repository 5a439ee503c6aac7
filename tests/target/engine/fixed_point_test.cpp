// SPDX-License-Identifier: Apache-2.0
// Fixed-point arithmetic against big integers and against the real functions it stands for.
#include "target/engine/kernels/fixed_point.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/target/engine/naive.hpp"

namespace hil::engine {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

/// Edges first, then anything, small values as often as large ones.
std::vector<std::int32_t> samples(std::size_t count, std::uint32_t seed) {
  std::vector<std::int32_t> values{kMin, kMin + 1, -3, -2, -1, 0, 1, 2, 3, kMax - 1, kMax};
  for (int bit = 0; bit < 31; ++bit) {
    for (const int delta : {-1, 0, 1}) {
      values.push_back((1 << bit) + delta);
      values.push_back(-(1 << bit) + delta);
    }
  }
  std::mt19937 random(seed);
  while (values.size() < count) {
    values.push_back(static_cast<std::int32_t>(random()) >> (random() % 31));
  }
  return values;
}

TEST(FixedPoint, MultiplyHighIsExactRounding) {
  const auto values = samples(700, 1);
  for (const std::int32_t a : values) {
    for (const std::int32_t b : values) {
      ASSERT_EQ(fixed::multiply_high(a, b), testing::naive_multiply_high(a, b)) << a << " " << b;
    }
  }
}

TEST(FixedPoint, MultiplyHighTies) {
  EXPECT_EQ(fixed::multiply_high(1 << 30, 1), 1);   // +1/2 goes up
  EXPECT_EQ(fixed::multiply_high(1 << 30, -1), 0);  // -1/2 goes up as well
  EXPECT_EQ(fixed::multiply_high(1 << 30, -3), -1);
  EXPECT_EQ(fixed::multiply_high(kMin, kMin), kMax);
}

TEST(FixedPoint, DivisionRoundsHalvesAwayFromZero) {
  EXPECT_EQ(fixed::divide_by_power_of_two(3, 1), 2);
  EXPECT_EQ(fixed::divide_by_power_of_two(-3, 1), -2);
  EXPECT_EQ(fixed::divide_by_power_of_two(-5, 1), -3);
  EXPECT_EQ(fixed::divide_by_power_of_two(kMin, 31), -1);
  EXPECT_EQ(fixed::divide_by_power_of_two(kMax, 31), 1);
  for (const std::int32_t x : samples(5000, 2)) {
    for (int n = 0; n <= 31; ++n) {
      ASSERT_EQ(fixed::divide_by_power_of_two(x, n), testing::naive_divide(x, n)) << x << " " << n;
    }
  }
}

TEST(FixedPoint, RescaleRoundsTwice) {
  std::mt19937 random(3);
  for (const std::int32_t x : samples(20000, 4)) {
    const auto multiplier = static_cast<std::int32_t>(random() >> 1);
    const int shift = static_cast<int>(random() % 62) - 31;
    const testing::Wide shifted = testing::Wide{x} * (testing::Wide{1} << (shift > 0 ? shift : 0));
    if (shifted > kMax || shifted < kMin) continue;  // undefined in the reference
    ASSERT_EQ(fixed::rescale(x, multiplier, shift), testing::naive_rescale(x, multiplier, shift))
        << x << " " << multiplier << " " << shift;
  }
  // One rounding of 1.5 / 4 would give 0; two give round(round(1.5) / 4) = round(0.5) = 1.
  EXPECT_EQ(fixed::rescale(3, 1 << 30, -2), 1);
}

TEST(FixedPoint, OverflowIsDefined) {
  EXPECT_EQ(fixed::shift_left(kMax, 31), kMin);
  EXPECT_EQ(fixed::add(kMax, 1), kMin);
  EXPECT_EQ(fixed::subtract(kMin, 1), kMax);
  EXPECT_EQ(fixed::saturating_shift_left(kMax, 1), kMax);
  EXPECT_EQ(fixed::saturating_shift_left(kMin, 2), kMin);
  EXPECT_EQ(fixed::saturating_shift_left((1 << 29) - 1, 2), (((1 << 29) - 1) << 2));
  EXPECT_EQ(fixed::saturating_shift_left(1 << 29, 2), kMax);
}

TEST(FixedPoint, ClampTakesTheUpperBoundLast) {
  EXPECT_EQ(fixed::clamp(5, -128, 127), 5);
  EXPECT_EQ(fixed::clamp(-500, -128, 127), -128);
  EXPECT_EQ(fixed::clamp(500, 6, 6), 6);
}

TEST(FixedPoint, ExponentialFollowsTheRealOne) {
  // The series leaves out its fifth term: at most (1/8)^5 / 5! = 2.5e-7.
  for (std::int64_t a = -(std::int64_t{31} << 26); a <= 0; a += 99991) {
    const double real = std::exp(static_cast<double>(a) / (1 << 26));
    const double got = fixed::exp_of_negative<5>(static_cast<std::int32_t>(a)) / 2147483648.0;
    ASSERT_NEAR(got, real, 2.5e-7) << a;
  }
  EXPECT_EQ(fixed::exp_of_negative<5>(0), kMax);
  for (std::int64_t a = -(std::int64_t{15} << 27); a < 0; a += 99991) {
    const double real = std::exp(static_cast<double>(a) / (1 << 27));
    const double got = fixed::exp_of_negative<4>(static_cast<std::int32_t>(a)) / 2147483648.0;
    ASSERT_NEAR(got, real, 2.5e-7) << a;
  }
}

TEST(FixedPoint, ReciprocalsFollowTheRealOnes) {
  for (std::int64_t a = 0; a < (std::int64_t{1} << 31); a += 99991) {
    const double real = 1.0 / (1.0 + static_cast<double>(a) / 2147483648.0);
    const double got = fixed::reciprocal_of_one_plus(static_cast<std::int32_t>(a)) / 2147483648.0;
    ASSERT_NEAR(got, real, 1e-8) << a;
    const double complement = (1.0 - static_cast<double>(a) / 2147483648.0) * real;
    const double got_complement =
        fixed::one_minus_over_one_plus(static_cast<std::int32_t>(a)) / 2147483648.0;
    ASSERT_NEAR(got_complement, complement, 2e-8) << a;
  }
}

}  // namespace
}  // namespace hil::engine
