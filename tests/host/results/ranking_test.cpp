// SPDX-License-Identifier: Apache-2.0
// Areas under curves by hand: ties, weights, sets of one kind, infinities.
#include "host/results/ranking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace hil::results {
namespace {

Ranking ranking(std::vector<double> scores, std::vector<bool> positive) {
  auto made = Ranking::make(scores, positive);
  EXPECT_TRUE(made.ok());
  return *std::move(made);
}

TEST(Ranking, CountsPairsInTheRightOrder) {
  // Of the four pairs of a positive (0.8, 0.35) and a negative (0.4, 0.1) three are right.
  const Ranking four = ranking({0.1, 0.4, 0.35, 0.8}, {false, false, true, true});
  EXPECT_DOUBLE_EQ(*four.roc_auc(), 0.75);
  EXPECT_DOUBLE_EQ(*four.average_precision(), 0.5 * 1 + 0.5 * 2 / 3);
}

TEST(Ranking, EqualScoresCountHalf) {
  const Ranking equal = ranking({1, 1, 1, 1}, {true, false, false, false});
  EXPECT_DOUBLE_EQ(*equal.roc_auc(), 0.5);
  EXPECT_DOUBLE_EQ(*equal.average_precision(), 0.25);
  const Ranking some = ranking({2, 1, 1, 0}, {true, true, false, false});
  EXPECT_DOUBLE_EQ(*some.roc_auc(), 3.5 / 4);
}

TEST(Ranking, IsZeroAndOneAtItsEnds) {
  EXPECT_EQ(*ranking({3, 2, 1}, {true, true, false}).roc_auc(), 1);
  EXPECT_EQ(*ranking({3, 2, 1}, {true, true, false}).average_precision(), 1);
  EXPECT_EQ(*ranking({1, 2, 3}, {true, false, false}).roc_auc(), 0);
}

TEST(Ranking, OneKindOnlyHasNoArea) {
  EXPECT_FALSE(ranking({1, 2}, {true, true}).roc_auc());
  EXPECT_EQ(*ranking({1, 2}, {true, true}).average_precision(), 1);
  EXPECT_FALSE(ranking({1, 2}, {false, false}).roc_auc());
  EXPECT_FALSE(ranking({1, 2}, {false, false}).average_precision());
  EXPECT_FALSE(ranking({}, {}).roc_auc());
}

TEST(Ranking, WeightsAreRepetitions) {
  const Ranking weighted = ranking({0.9, 0.7, 0.5, 0.3}, {true, false, true, false});
  const Ranking repeated =
      ranking({0.9, 0.9, 0.7, 0.3, 0.3, 0.3}, {true, true, false, false, false, false});
  const std::vector<std::uint32_t> weights{2, 1, 0, 3};
  EXPECT_DOUBLE_EQ(*weighted.roc_auc(weights), *repeated.roc_auc());
  EXPECT_DOUBLE_EQ(*weighted.average_precision(weights), *repeated.average_precision());
  EXPECT_FALSE(weighted.roc_auc(std::vector<std::uint32_t>{1, 0, 1, 0}));
}

TEST(Ranking, InfinitiesAreScoresAndNanIsNot) {
  EXPECT_EQ(*ranking({HUGE_VAL, 0, -HUGE_VAL}, {true, true, false}).roc_auc(), 1);
  EXPECT_DOUBLE_EQ(*ranking({HUGE_VAL, HUGE_VAL}, {true, false}).roc_auc(), 0.5);
  const auto nan = Ranking::make(std::vector<double>{1, std::nan("")}, {true, false});
  ASSERT_FALSE(nan.ok());
  EXPECT_EQ(nan.error().blame, Blame::kModel);
  EXPECT_EQ(nan.error().what, "the score of sample 1 is not a number");
  const Error missing = Ranking::make(std::vector<double>{1}, {}).error();
  EXPECT_EQ(missing.blame, Blame::kBug);
  EXPECT_EQ(missing.what, "1 scores for 0 samples");
}

}  // namespace
}  // namespace hil::results
