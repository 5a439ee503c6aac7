// SPDX-License-Identifier: Apache-2.0
// Metrics of a classifier by hand: ties, classes without samples, nothing at all, damage.
#include "host/results/class_scores.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/results/classification.hpp"

namespace hil::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ClassScores scores_of(std::uint32_t classes, const std::vector<std::uint32_t>& labels,
                      const std::vector<std::vector<double>>& rows) {
  ClassScores scores;
  scores.class_count = classes;
  scores.labels = labels;
  for (const auto& row : rows)
    scores.values.insert(scores.values.end(), row.begin(), row.end());
  return scores;
}

std::vector<std::string> names_of(const std::vector<Metric>& metrics) {
  std::vector<std::string> names;
  for (const Metric& metric : metrics)
    names.push_back(metric.name);
  return names;
}

double value_of(const std::vector<Metric>& metrics, const std::string& name) {
  for (const Metric& metric : metrics) {
    if (metric.name == name) return metric.value;
  }
  ADD_FAILURE() << "no metric " << name;
  return NAN;
}

TEST(ClassScores, RefusesWhatDoesNotBelong) {
  ClassScores scores;
  scores.class_count = 2;
  const double values[] = {1, 2, 3};
  EXPECT_EQ(add_scores(scores, 0, values).error().blame, Blame::kModel);
  EXPECT_EQ(add_scores(scores, 0, {}).error().blame, Blame::kModel);
  EXPECT_EQ(add_scores(scores, 2, std::span(values, 2)).error().blame, Blame::kUser);
  const double nan[] = {1, NAN};
  const Status status = add_scores(scores, 0, nan);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kModel);
  EXPECT_THAT(status.error().what, HasSubstr("output value 1 is not a number"));
  EXPECT_EQ(scores.size(), 0U);
  EXPECT_TRUE(scores.values.empty());
}

TEST(ClassScores, TopKTakesTheLowestOfEqualOnesFirst) {
  const ClassScores ties =
      scores_of(4, {0, 1, 2, 3}, {{5, 5, 5, 5}, {5, 5, 5, 5}, {5, 5, 5, 5}, {5, 5, 5, 5}});
  EXPECT_EQ(top_k_correct(ties, 0), 0U);
  EXPECT_EQ(top_k_correct(ties, 1), 1U);
  EXPECT_EQ(top_k_correct(ties, 2), 2U);
  EXPECT_EQ(top_k_correct(ties, 4), 4U);
  EXPECT_EQ(top_k_correct(ties, 9), 4U);
}

TEST(ClassScores, Top1IsWhatThePredictionGetsRight) {
  const ClassScores scores =
      scores_of(3, {2, 1, 0, 1}, {{1, 2, 3}, {3, 3, 1}, {0, 0, 0}, {1, 9, 2}});
  std::uint64_t right = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    right += predicted_class(scores, i) == scores.labels[i] ? 1U : 0U;
  EXPECT_EQ(top_k_correct(scores, 1), right);
  EXPECT_EQ(top1_of(scores, Origin::kEmulated)->value, 0.75);
  EXPECT_EQ(top1_of(scores, Origin::kEmulated)->origin, Origin::kEmulated);
}

TEST(ClassScores, AveragesByHand) {
  // Class 0: 2 samples, 1 right; class 1: 1 sample, right, once answered wrongly; class 2: nothing.
  const ClassScores scores = scores_of(3, {0, 0, 1}, {{9, 1, 0}, {1, 9, 0}, {1, 9, 0}});
  const auto averages = class_averages(scores);
  ASSERT_TRUE(averages);
  EXPECT_DOUBLE_EQ(averages->precision_macro, (1 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(averages->recall_macro, (0.5 + 1) / 2);
  EXPECT_DOUBLE_EQ(averages->f1_macro, 2.0 / 3);
  EXPECT_DOUBLE_EQ(averages->precision_weighted, (2 * 1 + 1 * 0.5) / 3);
  EXPECT_DOUBLE_EQ(averages->f1_weighted, 2.0 / 3);
}

TEST(ClassMetrics, TwoClassesHaveAnAucOfTheSecond) {
  const auto metrics =
      class_metrics(scores_of(2, {0, 0, 1, 1}, {{9, 1}, {6, 4}, {6, 3}, {2, 8}}), {});
  EXPECT_THAT(names_of(metrics), ElementsAre("top1", "precision_macro", "recall_macro", "f1_macro",
                                             "precision_weighted", "f1_weighted", "auc", "pr_auc"));
  EXPECT_DOUBLE_EQ(value_of(metrics, "auc"), 0.75);
  EXPECT_EQ(metrics[0].kind, MetricKind::kProportion);
  EXPECT_EQ(metrics[0].interval->method, "wilson");
  EXPECT_EQ(metrics[1].interval->method, "bootstrap");
  EXPECT_EQ(metrics[1].better, Better::kHigher);
}

TEST(ClassMetrics, MoreClassesAreAveragedOverThoseThatHaveSamples) {
  const auto metrics = class_metrics(
      scores_of(4, {0, 1, 1, 2}, {{9, 1, 0, 0}, {1, 9, 0, 0}, {8, 2, 0, 0}, {0, 0, 9, 9}}),
      {.top_k = 2});
  EXPECT_EQ(metrics[1].name, "top2");
  EXPECT_EQ(metrics[1].value, 1);
  EXPECT_DOUBLE_EQ(value_of(metrics, "roc_auc_macro"), 1);
}

TEST(ClassMetrics, OneClassOnlyHasNoArea) {
  const auto metrics = class_metrics(scores_of(2, {1, 1}, {{1, 2}, {2, 1}}), {});
  EXPECT_THAT(names_of(metrics), ElementsAre("top1", "precision_macro", "recall_macro", "f1_macro",
                                             "precision_weighted", "f1_weighted"));
}

TEST(ClassMetrics, NothingComesFromNothing) {
  EXPECT_TRUE(class_metrics(scores_of(3, {}, {}), {.top_k = 5}).empty());
  EXPECT_FALSE(class_averages(scores_of(0, {}, {})));
  EXPECT_FALSE(top1_of(scores_of(2, {}, {}), Origin::kMeasured));
}

TEST(ClassMetrics, LargeSetsHaveAreasWithoutInterval) {
  ClassScores scores;
  scores.class_count = 2001;
  scores.labels.assign(500, 7);
  scores.labels[0] = 8;
  scores.values.assign(500 * 2001, 0.0);
  const auto metrics = class_metrics(scores, {});
  EXPECT_EQ(value_of(metrics, "roc_auc_macro"), 0.5);
  EXPECT_FALSE(metrics.back().interval);
  EXPECT_TRUE(metrics[1].interval);
}

TEST(ClassMetrics, SelectionKeepsItsOrder) {
  const ClassScores scores = scores_of(2, {0, 1, 1}, {{1, 0}, {0, 2}, {3, 4}});
  const std::size_t indices[] = {2, 0};
  const ClassScores some = selected(scores, indices);
  EXPECT_THAT(some.labels, ElementsAre(1, 0));
  EXPECT_THAT(some.values, ElementsAre(3, 4, 1, 0));
}

}  // namespace
}  // namespace hil::results
