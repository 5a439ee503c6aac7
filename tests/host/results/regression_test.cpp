// SPDX-License-Identifier: Apache-2.0
// Regression metrics by hand, and pairs that are none.
#include "host/results/regression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace hil::results {
namespace {

using ::testing::HasSubstr;

RegressionPairs line(std::vector<float> targets, std::vector<double> predictions) {
  RegressionPairs pairs;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    EXPECT_TRUE(add_pair(pairs, std::span(&targets[i], 1), std::span(&predictions[i], 1)).ok());
  }
  return pairs;
}

TEST(Regression, ErrorsByHand) {
  const auto metrics = regression_metrics(line({1, 2, 3, 4}, {1, 3, 3, 2}), Origin::kMeasured);
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_EQ(metrics[0].name, "mae");
  EXPECT_DOUBLE_EQ(metrics[0].value, 0.75);
  EXPECT_EQ(metrics[0].better, Better::kLower);
  EXPECT_DOUBLE_EQ(metrics[1].value, std::sqrt(1.25));
  EXPECT_EQ(metrics[2].name, "r2");
  EXPECT_DOUBLE_EQ(metrics[2].value, 0);
  EXPECT_EQ(metrics[2].better, Better::kHigher);
  EXPECT_TRUE(metrics[0].interval);
}

TEST(Regression, R2NeedsTargetsThatVary) {
  EXPECT_EQ(regression_metrics(line({5, 5, 5}, {5, 5, 5}), Origin::kMeasured).size(), 2U);
  EXPECT_EQ(regression_metrics(line({0.1F, 0.1F}, {5, 5}), Origin::kMeasured).size(), 2U);
  EXPECT_EQ(regression_metrics(line({5}, {4}), Origin::kMeasured).size(), 2U);
  EXPECT_TRUE(regression_metrics({}, Origin::kMeasured).empty());
  EXPECT_FALSE(mae_of({}, Origin::kMeasured));
}

TEST(Regression, ColumnsThatVaryAreAveraged) {
  RegressionPairs pairs;
  const float targets[][2] = {{1, 7}, {2, 7}, {3, 7}};
  const double predictions[][2] = {{1, 7}, {2, 8}, {3, 7}};
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(add_pair(pairs, targets[i], predictions[i]).ok());
  const auto metrics = regression_metrics(pairs, Origin::kMeasured);
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_DOUBLE_EQ(metrics[0].value, 1.0 / 6);
  EXPECT_DOUBLE_EQ(metrics[2].value, 1);
  const std::size_t second[] = {1};
  EXPECT_DOUBLE_EQ(mae_of(selected(pairs, second), Origin::kMeasured)->value, 0.5);
}

TEST(Regression, RefusesWhatIsNoPair) {
  RegressionPairs pairs;
  const float targets[] = {1, 2};
  const double predictions[] = {1, 2};
  EXPECT_EQ(add_pair(pairs, {}, {}).error().blame, Blame::kUser);
  const Status uneven = add_pair(pairs, std::span(targets, 1), predictions);
  EXPECT_THAT(uneven.error().what, HasSubstr("1 targets for an output of 2 values"));
  EXPECT_THAT(uneven.error().hint, HasSubstr("--metric"));
  const double bad[] = {1, std::numeric_limits<double>::infinity()};
  EXPECT_EQ(add_pair(pairs, targets, bad).error().blame, Blame::kModel);
  const float bad_targets[] = {NAN, 1};
  EXPECT_EQ(add_pair(pairs, bad_targets, predictions).error().blame, Blame::kUser);
  EXPECT_EQ(pairs.size(), 0U);
  ASSERT_TRUE(add_pair(pairs, targets, predictions).ok());
  EXPECT_FALSE(add_pair(pairs, std::span(targets, 1), std::span(predictions, 1)).ok());
}

}  // namespace
}  // namespace hil::results
