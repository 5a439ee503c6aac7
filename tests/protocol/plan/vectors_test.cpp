// SPDX-License-Identifier: Apache-2.0
// The golden plan in protocol/vectors: the bytes that every later version must still read.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/protocol/plan/small_plan.hpp"

namespace hil::plan {
namespace {

testing::Bytes golden_plan() {
  std::ifstream file("protocol/vectors/plan_small.bin", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(GoldenPlan, IsWhatTheBuilderMakes) {
  EXPECT_EQ(golden_plan(), testing::SmallPlan().build());
}

TEST(GoldenPlan, Validates) {
  const Validation result = validate(golden_plan(), testing::SmallPlan::limits());
  EXPECT_TRUE(result.ok()) << text_of(result.fault);
  EXPECT_EQ(result.work, 2514u);
}

/// The layout in bytes, written down here once more so that no struct can change unnoticed.
TEST(GoldenPlan, HasTheDocumentedHeader) {
  const testing::Bytes plan = golden_plan();
  ASSERT_GT(plan.size(), 72u);
  EXPECT_EQ(testing::Bytes(plan.begin(), plan.begin() + 4), (testing::Bytes{'H', 'I', 'P', 'L'}));
  EXPECT_EQ(testing::peek<std::uint16_t>(plan, 8), 1);             // major
  EXPECT_EQ(testing::peek<std::uint32_t>(plan, 12), plan.size());  // total bytes
  EXPECT_EQ(testing::peek<std::uint16_t>(plan, 18), 6);            // sections
  EXPECT_EQ(testing::peek<std::uint32_t>(plan, 20), 1u);           // features: int8
  EXPECT_EQ(testing::peek<std::uint64_t>(plan, 24), 2514u);        // work
  EXPECT_EQ(testing::peek<std::uint32_t>(plan, 36), 0u);           // state
  EXPECT_EQ(plan[40], 0);                                          // digest
  EXPECT_EQ(plan[71], 31);
}

}  // namespace
}  // namespace hil::plan
