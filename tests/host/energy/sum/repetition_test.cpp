// SPDX-License-Identifier: Apache-2.0
// Medians, deviations and penalties against known values and against draws.
#include "host/energy/sum/repetition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

namespace hil::energy {
namespace {

TEST(Repetition, MedianOfOddAndEvenNumbers) {
  EXPECT_EQ(median_of({}), 0);
  EXPECT_EQ(median_of({3}), 3);
  EXPECT_EQ(median_of({3, 1, 2}), 2);
  EXPECT_EQ(median_of({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median_of({1e308, 1e308}), 1e308);
}

TEST(Repetition, DeviationIsOfThePopulation) {
  EXPECT_EQ(deviation_of({}), 0);
  EXPECT_EQ(deviation_of({5}), 0);
  EXPECT_DOUBLE_EQ(deviation_of({2, 4, 4, 4, 5, 5, 7, 9}), std::sqrt(32.0 / 7));
  EXPECT_DOUBLE_EQ(deviation_of({1e9 + 1, 1e9 + 2, 1e9 + 3}), 1);
}

/// Standard deviation of the median of @p count normal values, over that of their mean.
double drawn_penalty(std::size_t count) {
  constexpr int kDraws = 20'000;
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    std::vector<double> values;
    for (std::size_t k = 0; k < count; ++k)
      values.push_back(normal(random));
    const double median = median_of(values);
    squares += median * median;
  }
  return std::sqrt(squares / kDraws * static_cast<double>(count));
}

TEST(Repetition, TheMediansPenaltyIsThatOfDraws) {
  EXPECT_DOUBLE_EQ(median_penalty(1), 1);
  for (const std::size_t odd : {3u, 5u, 11u, 51u})
    EXPECT_NEAR(median_penalty(odd) / drawn_penalty(odd), 1, 0.03) << odd;
  for (const std::size_t even : {4u, 10u, 20u}) {
    const double ratio = median_penalty(even) / drawn_penalty(even);
    EXPECT_GT(ratio, 0.98) << even;
    EXPECT_LT(ratio, 1.10) << even;
  }
}

TEST(Repetition, FewValuesKnowTheirSpreadBadly) {
  EXPECT_EQ(student_penalty(0), 1);
  EXPECT_EQ(student_penalty(1), 1);
  EXPECT_NEAR(student_penalty(2), 3.58, 0.01);
  EXPECT_NEAR(student_penalty(3), 1.73, 0.01);
  EXPECT_NEAR(student_penalty(5), 1.28, 0.02);
  EXPECT_NEAR(student_penalty(10), 1.108, 0.02);
  EXPECT_NEAR(student_penalty(1000), 1, 0.001);
}

TEST(Repetition, UncertaintyOfNothingAndOneValueIsNotKnown) {
  EXPECT_EQ(repetition_uncertainty({}), 0);
  EXPECT_EQ(repetition_uncertainty({1}), 0);
  EXPECT_EQ(repetition_uncertainty({2, 2, 2}), 0);
  EXPECT_NEAR(repetition_uncertainty({1, 2, 3, 4, 5}),
              std::sqrt(2.5) / std::sqrt(5) * median_penalty(5) * student_penalty(5), 1e-12);
}

/// Most of 20 windows have next to no error, the others a long tail.
TEST(Repetition, LongTailsThatTheMedianDoesNotMindDoNotCount) {
  std::vector<double> values;
  for (int k = 0; k < 20; ++k)
    values.push_back(k < 16 ? 1 + 1e-6 * k : 1 - 0.1 * k);
  EXPECT_LT(repetition_uncertainty(values), 1e-5);
  EXPECT_GT(deviation_of(values), 0.5);
}

/// Windows of two kinds: where their median lies is nearly anybody's guess.
TEST(Repetition, TwoModesAreBothInTheUncertainty) {
  std::vector<double> values;
  for (int k = 0; k < 20; ++k)
    values.push_back(k % 2 == 0 ? 1 : 3);
  const double half_way = std::abs(median_of(values) - 1);
  EXPECT_GT(2 * repetition_uncertainty(values), half_way);
}

TEST(Bootstrap, IsOfTenValuesOrMore) {
  std::vector<double> values;
  for (int k = 0; k < 9; ++k)
    values.push_back(k);
  EXPECT_FALSE(bootstrap_of(values));
  values.push_back(9);
  const auto interval = bootstrap_of(values);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->level, 0.95);
  // Of ten values the exact distribution of resampled medians has 2.5 % below 1.9 and above 7.1.
  EXPECT_NEAR(interval->low, 1.9, 0.5);
  EXPECT_NEAR(interval->high, 7.1, 0.5);
}

TEST(Bootstrap, SameValuesInAnyOrderGiveTheSameBits) {
  std::vector<double> values;
  for (int k = 0; k < 21; ++k)
    values.push_back(std::sin(k));
  const auto once = bootstrap_of(values);
  std::reverse(values.begin(), values.end());
  const auto again = bootstrap_of(values);
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->low, again->low);
  EXPECT_EQ(once->high, again->high);
  EXPECT_LT(once->low, median_of(values));
  EXPECT_GT(once->high, median_of(values));
}

TEST(Bootstrap, EqualValuesHaveNoWidth) {
  const auto interval = bootstrap_of(std::vector<double>(12, 4.25));
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 4.25);
  EXPECT_EQ(interval->high, 4.25);
}

/// Of 400 runs, whether normal or skewed; 4 standard deviations of the count are 4.4 %.
TEST(Bootstrap, CoversTheTrueMedianNearlyAsOftenAsItSays) {
  for (const std::size_t count : {10u, 20u, 41u}) {
    for (const bool skewed : {false, true}) {
      std::mt19937 random(17);
      int within = 0;
      for (int run = 0; run < 400; ++run) {
        std::normal_distribution<double> normal;
        std::vector<double> values;
        for (std::size_t k = 0; k < count; ++k)
          values.push_back(skewed ? std::exp(normal(random)) : 1 + normal(random));
        const auto interval = bootstrap_of(values);
        ASSERT_TRUE(interval);
        within += interval->low <= 1 && 1 <= interval->high ? 1 : 0;
      }
      std::printf("%zu windows, %s: %d of 400\n", count, skewed ? "skewed" : "normal", within);
      EXPECT_GE(within, 352);
      EXPECT_LE(within, 397);
    }
  }
}

}  // namespace
}  // namespace hil::energy
