// SPDX-License-Identifier: Apache-2.0
// Comparing made-up outputs of three passes: every count, every gap.
#include "host/results/model_comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hil::results {
namespace {

const Metric* find(const std::vector<Metric>& metrics, const std::string& name,
                   const std::string& scope) {
  for (const Metric& metric : metrics) {
    if (metric.name == name && metric.scope == scope) return &metric;
  }
  return nullptr;
}

double value(const Record& record, const std::string& name, const std::string& scope) {
  const Metric* metric = find(record.metrics, name, scope);
  EXPECT_NE(metric, nullptr) << name << " of " << scope;
  return metric == nullptr ? -1 : metric->value;
}

void add(ComparedPass& pass, double of_0, double of_1) {
  pass.width = 2;
  pass.values.insert(pass.values.end(), {of_0, of_1});
  pass.answers.push_back(of_1 > of_0 ? Answer{1, of_1} : Answer{0, of_0});
}

ComparedSamples samples_of(std::vector<std::uint32_t> labels) {
  ComparedSamples samples;
  samples.name = [](std::size_t i) { return "s" + std::to_string(i); };
  samples.labels = std::move(labels);
  return samples;
}

/// Labels 0 1 1 0: float is right but for the last one, int8 but for the second one.
ComparedPasses four_samples() {
  ComparedPasses passes;
  add(passes[kFloatHost], 0.75, 0.25);
  add(passes[kFloatHost], 0.25, 0.75);
  add(passes[kFloatHost], 0, 1);
  add(passes[kFloatHost], 0.5, 0.625);
  for (const std::size_t pass : {kInt8Host, kInt8Device}) {
    add(passes[pass], 0.75, 0.25);
    add(passes[pass], 0.5, 0.375);
    add(passes[pass], 0, 1);
    add(passes[pass], 0.5, 0.375);
  }
  return passes;
}

TEST(ModelComparison, CountsWhatIsRightAndWhatAgrees) {
  Record record;
  record.metrics.resize(1);
  record.metrics[0].name = "plan_bytes";
  ASSERT_TRUE(compare_passes(four_samples(), samples_of({0, 1, 1, 0}), record).ok());
  EXPECT_EQ(value(record, "top1", "float-host"), 0.75);
  EXPECT_EQ(value(record, "top1", "int8-host"), 0.75);
  EXPECT_EQ(value(record, "top1", "int8-device"), 0.75);
  EXPECT_EQ(value(record, "agreement", "float-host/int8-host"), 0.5);
  EXPECT_EQ(value(record, "agreement", "float-host/int8-device"), 0.5);
  EXPECT_EQ(value(record, "agreement", "int8-host/int8-device"), 1);
  EXPECT_EQ(value(record, "mcnemar_p", "float-host/int8-host"), 1);  // 1 against 1
  EXPECT_EQ(find(record.metrics, "top1", "float-host")->interval->method, "wilson");
  EXPECT_EQ(find(record.metrics, "agreement", "int8-host/int8-device")->interval->high, 1);
  EXPECT_EQ(record.metrics.front().name, "top1");
  EXPECT_EQ(record.metrics.back().name, "plan_bytes");
  EXPECT_EQ(record.model_comparison->only_float_right, 1U);
  EXPECT_EQ(record.model_comparison->only_int8_right, 1U);
}

TEST(ModelComparison, DifferencesAreOfRealValuesAndNameTheSample) {
  Record record;
  ASSERT_TRUE(compare_passes(four_samples(), samples_of({0, 1, 1, 0}), record).ok());
  EXPECT_EQ(value(record, "output_difference_max", "float-host/int8-host"), 0.375);
  EXPECT_EQ(value(record, "output_difference_mean", "float-host/int8-host"), 0.875 / 8);
  EXPECT_EQ(value(record, "output_difference_max", "int8-host/int8-device"), 0);
  const auto& pairs = record.model_comparison->pairs;
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[0].scope, "float-host/int8-host");
  EXPECT_EQ(pairs[0].samples, 4U);
  EXPECT_EQ(pairs[0].largest_at, "s1");
  EXPECT_EQ(pairs[2].largest_at, "");  // nowhere
}

TEST(ModelComparison, FlipsHaveBothClassesAndScores) {
  Record record;
  ASSERT_TRUE(compare_passes(four_samples(), samples_of({0, 1, 1, 0}), record).ok());
  const auto& flips = record.model_comparison->flips;
  ASSERT_EQ(flips.size(), 2U);
  EXPECT_EQ(flips[0].sample, "s1");
  EXPECT_EQ(flips[0].label, 1U);
  EXPECT_EQ(flips[0].float_class, 1U);
  EXPECT_EQ(flips[0].int8_class, 0U);
  EXPECT_EQ(flips[0].float_score, 0.75);
  EXPECT_EQ(flips[0].int8_score, 0.5);
  EXPECT_EQ(flips[1].sample, "s3");
}

TEST(ModelComparison, AFlipFromWrongToWrongCountsForNeither) {
  ComparedPasses passes;
  for (std::size_t i = 0; i < 3; ++i) {
    passes.at(i).width = 1;
    passes.at(i).values = {0};
    passes.at(i).answers = {{static_cast<std::uint32_t>(i == 0 ? 1 : 2), 0}};
  }
  Record record;
  ASSERT_TRUE(compare_passes(passes, samples_of({0}), record).ok());
  EXPECT_EQ(record.model_comparison->flips.size(), 1U);
  EXPECT_EQ(record.model_comparison->only_float_right, 0U);
  EXPECT_EQ(record.model_comparison->only_int8_right, 0U);
  EXPECT_EQ(value(record, "mcnemar_p", "float-host/int8-host"), 1);
}

TEST(ModelComparison, SlicesHaveTheirOwnFigures) {
  ComparedSamples samples = samples_of({0, 1, 1, 0});
  samples.slice_names = {"room"};
  samples.slices = {{"attic"}, {"hall"}, {"attic"}, {"hall"}};
  Record record;
  ASSERT_TRUE(compare_passes(four_samples(), samples, record).ok());
  ASSERT_EQ(record.slices.size(), 2U);
  const Slice& hall = record.slices[1];
  EXPECT_EQ(hall.value, "hall");
  EXPECT_EQ(hall.samples, 2U);
  EXPECT_EQ(find(hall.metrics, "top1", "float-host")->value, 0.5);
  EXPECT_EQ(find(hall.metrics, "top1", "int8-device")->value, 0.5);
  EXPECT_EQ(find(hall.metrics, "agreement", "float-host/int8-host")->value, 0);
  EXPECT_EQ(find(record.slices[0].metrics, "agreement", "float-host/int8-host")->value, 1);
}

TEST(ModelComparison, PassesBrokenOffAreComparedAsFarAsBothGo) {
  ComparedPasses passes = four_samples();
  passes[kFloatHost].values.resize(4);  // two samples
  passes[kFloatHost].answers.resize(2);
  Record record;
  ASSERT_TRUE(compare_passes(passes, samples_of({0, 1, 1, 0}), record).ok());
  EXPECT_EQ(value(record, "top1", "float-host"), 1);
  EXPECT_EQ(value(record, "top1", "int8-host"), 0.75);
  EXPECT_EQ(value(record, "agreement", "float-host/int8-host"), 0.5);
  EXPECT_EQ(record.model_comparison->pairs[0].samples, 2U);
  EXPECT_EQ(record.model_comparison->pairs[2].samples, 4U);
  EXPECT_EQ(record.model_comparison->flips.size(), 1U);
}

TEST(ModelComparison, NothingIsSaidOfAPassThatDidNothing) {
  ComparedPasses passes = four_samples();
  passes[kFloatHost].values.clear();
  passes[kFloatHost].answers.clear();
  ComparedSamples samples = samples_of({0, 1, 1, 0});
  samples.slice_names = {"room"};
  samples.slices = {{"a"}, {"b"}, {"a"}, {"b"}};
  Record record;
  ASSERT_TRUE(compare_passes(passes, samples, record).ok());
  EXPECT_EQ(find(record.metrics, "top1", "float-host"), nullptr);
  EXPECT_EQ(find(record.metrics, "mcnemar_p", "float-host/int8-host"), nullptr);
  EXPECT_EQ(find(record.metrics, "output_difference_max", "float-host/int8-host"), nullptr);
  EXPECT_TRUE(record.slices.empty());
  ASSERT_EQ(record.model_comparison->pairs.size(), 1U);
  EXPECT_EQ(record.model_comparison->pairs[0].scope, "int8-host/int8-device");
}

TEST(ModelComparison, WithoutClassesOnlyValuesAreCompared) {
  ComparedPasses passes = four_samples();
  for (ComparedPass& pass : passes)
    pass.answers.clear();
  Record record;
  ASSERT_TRUE(compare_passes(passes, samples_of({}), record).ok());
  EXPECT_EQ(record.metrics.size(), 6U);
  EXPECT_EQ(value(record, "output_difference_max", "float-host/int8-device"), 0.375);
  EXPECT_TRUE(record.model_comparison->flips.empty());
}

TEST(ModelComparison, EmulatedIsSaidOfWhateverTheDeviceHasPartIn) {
  ComparedPasses passes = four_samples();
  passes[kInt8Device].origin = Origin::kEmulated;
  Record record;
  ASSERT_TRUE(compare_passes(passes, samples_of({0, 1, 1, 0}), record).ok());
  EXPECT_EQ(find(record.metrics, "top1", "int8-device")->origin, Origin::kEmulated);
  EXPECT_EQ(find(record.metrics, "agreement", "float-host/int8-device")->origin, Origin::kEmulated);
  EXPECT_EQ(find(record.metrics, "agreement", "float-host/int8-host")->origin, Origin::kMeasured);
}

TEST(ModelComparison, PassesThatDoNotFitTogetherAreABug) {
  std::vector<std::pair<ComparedPasses, ComparedSamples>> wrong(
      5, {four_samples(), samples_of({0, 1, 1, 0})});
  wrong[0].first[kInt8Host].width = 4;
  wrong[1].first[kInt8Device].values.pop_back();
  wrong[2].first[kFloatHost].answers.pop_back();
  wrong[3].second.labels.pop_back();
  wrong[4].second.slice_names = {"room"};  // and no rows
  for (const auto& [passes, samples] : wrong) {
    Record record;
    const Status status = compare_passes(passes, samples, record);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().blame, Blame::kBug);
    EXPECT_EQ(status.error().what, "the passes of a comparison do not fit together");
    EXPECT_TRUE(record.metrics.empty());
  }
}

// Expected values: sums of binomial coefficients over powers of two, by hand.
TEST(McNemar, IsExact) {
  EXPECT_EQ(mcnemar_p(0, 0), 1);
  EXPECT_EQ(mcnemar_p(7, 7), 1);
  EXPECT_NEAR(mcnemar_p(0, 5), 2.0 / 32, 1e-15);
  EXPECT_NEAR(mcnemar_p(5, 0), 2.0 / 32, 1e-15);
  EXPECT_NEAR(mcnemar_p(1, 9), 2 * (1.0 + 10) / 1024, 1e-15);
  EXPECT_NEAR(mcnemar_p(8, 2), 2 * (1.0 + 10 + 45) / 1024, 1e-15);
  EXPECT_EQ(mcnemar_p(3, 4), 1);
}

TEST(McNemar, LargeCountsStayBetweenZeroAndOne) {
  EXPECT_NEAR(mcnemar_p(0, 1000), std::pow(0.5, 999), 1e-310);
  const double close = mcnemar_p(500'000, 501'000);
  // Normal approximation with continuity correction: 2 (1 - Phi(999 / sqrt(1001000))).
  EXPECT_NEAR(close, std::erfc(999 / std::sqrt(1'001'000.0) / std::sqrt(2.0)), 1e-5);
}

}  // namespace
}  // namespace hil::results
