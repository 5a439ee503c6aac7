// SPDX-License-Identifier: Apache-2.0
// Medians, deviations and penalties against known values and against draws.
#include "host/energy/sum/repetition.hpp"

#include <gtest/gtest.h>

#include <cmath>
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

}  // namespace
}  // namespace hil::energy
