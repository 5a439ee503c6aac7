// SPDX-License-Identifier: Apache-2.0
// Argmax, counts, confusions and the interval against values computed by hand or independently.
#include "host/results/classification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace hil::results {
namespace {

using data::ElementType;
using ::testing::HasSubstr;

std::vector<std::uint8_t> bytes_of(const std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// Three classes: cat 3 of 4 right, dog 1 of 2, ant without samples.
Classification animals() {
  Classification classification = make_classification(3, {"cat", "dog", "ant"});
  const std::pair<std::uint32_t, std::uint32_t> samples[] = {{0, 0}, {0, 0}, {0, 0},
                                                             {0, 1}, {1, 1}, {1, 0}};
  for (const auto& [label, predicted] : samples) {
    EXPECT_TRUE(add_sample(classification, label, predicted).ok());
  }
  return classification;
}

TEST(Argmax, ComparesAsSignedOrUnsignedOrFloat) {
  const std::uint8_t bytes[] = {0x80, 0x7f, 0xff, 0x00};
  EXPECT_EQ(*argmax(bytes, ElementType::kInt8), 1U);
  EXPECT_EQ(*argmax(bytes, ElementType::kUint8), 2U);
  EXPECT_EQ(*argmax(bytes, ElementType::kInt16), 0U);  // 0x7f80 and 0x00ff
  EXPECT_EQ(*argmax(bytes_of({-3, -1.5F, -2}), ElementType::kFloat32), 1U);
  EXPECT_EQ(*argmax(bytes_of({-INFINITY, INFINITY}), ElementType::kFloat32), 1U);
}

TEST(Argmax, TiesGoToTheLowestIndex) {
  const std::uint8_t bytes[] = {1, 5, 5, 5};
  EXPECT_EQ(*argmax(bytes, ElementType::kInt8), 1U);
  const std::uint8_t lowest[] = {0x80, 0x80};
  EXPECT_EQ(*argmax(lowest, ElementType::kInt8), 0U);
}

TEST(Argmax, RefusesWhatHasNoLargest) {
  const auto nan = argmax(bytes_of({1, std::nanf(""), 2}), ElementType::kFloat32);
  ASSERT_FALSE(nan.ok());
  EXPECT_EQ(nan.error().blame, Blame::kModel);
  EXPECT_THAT(nan.error().what, HasSubstr("output value 1"));
  EXPECT_EQ(argmax({}, ElementType::kInt8).error().blame, Blame::kBug);
  const std::uint8_t three[] = {1, 2, 3};
  EXPECT_EQ(argmax(three, ElementType::kInt16).error().blame, Blame::kBug);
}

TEST(Classification, CountsPerClassAndInAll) {
  const auto counts = class_counts(animals());
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_EQ(counts[0].samples, 4U);
  EXPECT_EQ(counts[0].predicted, 4U);
  EXPECT_EQ(counts[0].correct, 3U);
  EXPECT_EQ(counts[0].recall(), 0.75);
  EXPECT_EQ(counts[1].samples, 2U);
  EXPECT_EQ(counts[1].precision(), 0.5);
  EXPECT_EQ(counts[2].recall(), std::nullopt);
  EXPECT_EQ(counts[2].precision(), std::nullopt);
  const ClassCounts total = total_counts(animals());
  EXPECT_EQ(total.samples, 6U);
  EXPECT_EQ(total.predicted, 6U);
  EXPECT_EQ(total.correct, 4U);
}

TEST(Classification, ClassesOutsideTheDatasetAreRefused) {
  Classification classification = make_classification(2, {});
  for (const auto& [label, predicted] : {std::pair{0U, 2U}, std::pair{2U, 0U}}) {
    const auto status = add_sample(classification, label, predicted);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().blame, Blame::kUser);
    EXPECT_THAT(status.error().what, HasSubstr("the dataset has 2 classes"));
  }
  EXPECT_EQ(total_counts(classification).samples, 0U);
}

TEST(Classification, LargestConfusionsComeFirstInAStableOrder) {
  Classification classification = make_classification(3, {});
  classification.confusion = {{9, 1, 5}, {1, 9, 0}, {7, 1, 9}};
  const auto all = largest_confusions(classification, 100);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].count, 7U);
  EXPECT_EQ(all[0].label, 2U);
  EXPECT_EQ(all[0].predicted, 0U);
  EXPECT_EQ(all[1].count, 5U);
  EXPECT_EQ(all[2].label, 0U);
  EXPECT_EQ(all[3].label, 1U);
  EXPECT_EQ(all[4].label, 2U);
  EXPECT_EQ(largest_confusions(classification, 2).size(), 2U);
}

TEST(Classification, LabelsFallBackToNumbers) {
  EXPECT_EQ(label_of(animals(), 1), "dog");
  EXPECT_EQ(label_of(make_classification(3, {}), 1), "1");
}

TEST(Wilson, AgreesWithIndependentValues) {
  // Computed with Python from the formula of the source.
  const Interval kws = wilson_interval(901, 1000);
  EXPECT_NEAR(kws.low, 0.8809263810632503, 1e-12);
  EXPECT_NEAR(kws.high, 0.9180045586313347, 1e-12);
  const Interval half = wilson_interval(5, 10);
  EXPECT_NEAR(half.low, 0.236593090512564, 1e-12);
  EXPECT_NEAR(half.high, 0.7634069094874361, 1e-12);
  EXPECT_EQ(kws.level, 0.95);
  EXPECT_EQ(kws.method, "wilson");
}

TEST(Wilson, EndsAndEmptySets) {
  const Interval none = wilson_interval(0, 10);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.277532799862889, 1e-12);
  const Interval all = wilson_interval(10, 10);
  EXPECT_NEAR(all.low, 0.722467200137111, 1e-12);
  EXPECT_EQ(all.high, 1);
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

TEST(Top1, IsAProportionWithItsInterval) {
  const auto metric = top1_metric(animals(), Origin::kEmulated);
  ASSERT_TRUE(metric.has_value());
  EXPECT_EQ(metric->name, "top1");
  EXPECT_EQ(metric->kind, MetricKind::kProportion);
  EXPECT_EQ(metric->origin, Origin::kEmulated);
  EXPECT_NEAR(metric->value, 4.0 / 6.0, 1e-15);
  EXPECT_EQ(metric->interval->low, wilson_interval(4, 6).low);
  EXPECT_FALSE(top1_metric(make_classification(3, {}), Origin::kMeasured).has_value());
}

}  // namespace
}  // namespace hil::results
