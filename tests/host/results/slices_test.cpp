// SPDX-License-Identifier: Apache-2.0
// Slices: their order, missing values, columns that are no grouping.
#include "host/results/slices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace hil::results {
namespace {

using ::testing::ElementsAre;

/// A metric whose value is the sum of the indices.
std::optional<Metric> sum_of(std::span<const std::size_t> indices) {
  EXPECT_FALSE(indices.empty());
  Metric metric;
  metric.name = "sum";
  metric.value =
      static_cast<double>(std::accumulate(indices.begin(), indices.end(), std::size_t{}));
  return metric;
}

TEST(Slices, GroupByColumnAndValue) {
  const auto slices = make_slices(
      {"room", "speaker"}, {{"hall", "bo"}, {"attic", "al"}, {"hall", "al"}, {"hall"}}, sum_of);
  std::vector<std::string> found;
  for (const Slice& slice : slices) {
    found.push_back(slice.column + "=" + slice.value + " " + std::to_string(slice.samples) + " " +
                    std::to_string(static_cast<int>(slice.metrics.at(0).value)));
  }
  EXPECT_THAT(found, ElementsAre("room=attic 1 1", "room=hall 3 5", "speaker= 1 3",
                                 "speaker=al 2 3", "speaker=bo 1 0"));
}

TEST(Slices, MetricsThatAreNotDefinedAreLeftOut) {
  const auto slices = make_slices(
      {"a"}, {{"x"}}, [](std::span<const std::size_t>) { return std::optional<Metric>(); });
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_TRUE(slices[0].metrics.empty());
}

TEST(Slices, NoColumnsOrRowsGiveNone) {
  EXPECT_TRUE(make_slices({}, {{"x"}}, sum_of).empty());
  EXPECT_TRUE(make_slices({"a"}, {}, sum_of).empty());
}

TEST(Slices, OfTooManyValuesTheCommonOnesStay) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < 3 * kMostSlices; ++i)
    rows.push_back({"v" + std::to_string(i)});
  rows.push_back({"v250"});
  rows.push_back({"v299"});
  const auto slices = make_slices({"file"}, rows, sum_of);
  ASSERT_EQ(slices.size(), kMostSlices);
  std::size_t doubled = 0;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    if (slices[i].samples == 2) ++doubled;
    if (i == 0) continue;
    EXPECT_LT(slices[i - 1].value, slices[i].value);
  }
  EXPECT_EQ(doubled, 2U);
}

}  // namespace
}  // namespace hil::results
