// SPDX-License-Identifier: Apache-2.0
// Reconstruction errors by hand, and files that can't be judged.
#include "host/results/anomaly.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace hil::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

AnomalyScores scores_of(std::vector<std::uint32_t> labels, std::vector<double> errors) {
  AnomalyScores scores;
  scores.labels = std::move(labels);
  scores.errors = std::move(errors);
  return scores;
}

TEST(Anomaly, ErrorIsTheMeanOfSquares) {
  const double input[] = {1, 2, 3, 4};
  const double output[] = {1, 0, 3, 5};
  EXPECT_DOUBLE_EQ(*mean_square_error(input, output), 1.25);
  EXPECT_EQ(mean_square_error(input, std::span(output, 3)).error().blame, Blame::kModel);
  EXPECT_THAT(mean_square_error(input, {}).error().hint, HasSubstr("--metric"));
  EXPECT_EQ(mean_square_error({}, {}).error().blame, Blame::kModel);
  const double bad[] = {1, NAN, 3, 4};
  EXPECT_THAT(mean_square_error(input, bad).error().what, HasSubstr("output value 1"));
}

TEST(Anomaly, AFileCountsOnceHoweverLongItIs) {
  AnomalyScores scores;
  ASSERT_TRUE(add_file(scores, 0, std::vector<double>{1, 3}).ok());
  ASSERT_TRUE(add_file(scores, 1, std::vector<double>(100, 10.0)).ok());
  EXPECT_THAT(scores.errors, ElementsAre(2, 10));
  const auto metrics = anomaly_metrics(scores, Origin::kMeasured);
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_EQ(metrics[0].name, "mse");
  EXPECT_EQ(metrics[0].value, 6);
  EXPECT_EQ(metrics[0].better, Better::kLower);
  EXPECT_EQ(metrics[1].name, "auc");
  EXPECT_EQ(metrics[1].value, 1);
  EXPECT_EQ(metrics[2].name, "pr_auc");
}

TEST(Anomaly, WithoutBothKindsThereIsNoArea) {
  EXPECT_EQ(anomaly_metrics(scores_of({0, 0}, {1, 2}), Origin::kMeasured).size(), 1U);
  EXPECT_EQ(anomaly_metrics(scores_of({1, 1}, {1, 2}), Origin::kMeasured).size(), 1U);
  EXPECT_EQ(anomaly_metrics(scores_of({}, {1, 2}), Origin::kMeasured).size(), 1U);
  EXPECT_TRUE(anomaly_metrics({}, Origin::kMeasured).empty());
  EXPECT_EQ(auc_or_mse_of(scores_of({0, 0}, {1, 2}), Origin::kMeasured)->name, "mse");
  EXPECT_EQ(auc_or_mse_of(scores_of({0, 1}, {1, 2}), Origin::kMeasured)->name, "auc");
  EXPECT_FALSE(auc_or_mse_of({}, Origin::kMeasured));
}

TEST(Anomaly, RefusesOtherLabelsAndEmptyFiles) {
  AnomalyScores scores;
  const Status status = add_file(scores, 2, std::vector<double>{1});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kUser);
  EXPECT_THAT(status.error().what, HasSubstr("class 2"));
  EXPECT_FALSE(add_file(scores, 1, {}).ok());
  EXPECT_EQ(scores.size(), 0U);
  EXPECT_TRUE(scores.labels.empty());
}

TEST(Anomaly, SelectionKeepsLabelsIfThereAreAny) {
  const std::size_t indices[] = {2, 1};
  const AnomalyScores some = selected(scores_of({0, 1, 0}, {1, 2, 3}), indices);
  EXPECT_THAT(some.labels, ElementsAre(0, 1));
  EXPECT_THAT(some.errors, ElementsAre(3, 2));
  EXPECT_TRUE(selected(scores_of({}, {1, 2, 3}), indices).labels.empty());
}

}  // namespace
}  // namespace hil::results
