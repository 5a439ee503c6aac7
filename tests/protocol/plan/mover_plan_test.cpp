// SPDX-License-Identifier: Apache-2.0
// Plans of data movers that reach exactly to the edges of their tensors are accepted.
#include "tests/protocol/plan/mover_plan.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "protocol/plan/validate.hpp"

namespace hil::plan::testing {
namespace {

/// Steps of the plan; fails the test if it is refused.
std::uint64_t steps_of(const Bytes& blob) {
  Limits limits;
  limits.arena_bytes = 4096;
  limits.features = kFeatureInt8;
  limits.operators.types.fill(std::numeric_limits<TypeSet>::max());
  const Validation result = validate(blob, limits);
  EXPECT_TRUE(result.ok()) << text_of(result.fault);
  return result.steps;
}

TEST(MoverPlans, PadTakesAnInputInTheCorner) {
  EXPECT_EQ(steps_of(pad_plan().build()), 6u + 20u);
}

TEST(MoverPlans, ViewsReachTheFirstAndTheLastElement) {
  EXPECT_EQ(steps_of(view_plan().build()), 12u);
  auto plan = view_plan();
  plan.params = {23, {-6, -1, 0, 0, 0, 0}};  // all backwards, 18 + 2 elements back
  EXPECT_EQ(steps_of(plan.build()), 12u);
  plan.params = {23, {0, 0, 1 << 30, -7, 0, 0}};  // strides of dimensions of 1 are never used
  EXPECT_EQ(steps_of(plan.build()), 12u);
}

TEST(MoverPlans, JoinsOfAsManyAsThereMayBe) {
  EXPECT_EQ(steps_of(concatenation_plan().build()), 8u);
  EXPECT_EQ(steps_of(split_plan().build()), 8u);
  auto split = split_plan();
  split.inputs[0].dims = {2, kMaxOutputs};
  split.outputs.assign(kMaxOutputs, Operand{{2, 1}});
  EXPECT_EQ(steps_of(split.build()), 2u * kMaxOutputs);
  PlanBuilder builder;
  const auto x = builder.arena_tensor({2, 1}), y = builder.arena_tensor({2, 255});
  builder.op(Opcode::kConcatenation, std::vector<std::uint16_t>(255, x), {y}, JoinParams{2});
  builder.graph({x}, {y});
  EXPECT_EQ(steps_of(builder.build()), 510u);
}

TEST(MoverPlans, ResizesTakeTablesOfTheirOutputsLength) {
  const std::vector<std::uint16_t> rows{0, 1, 1, 1};
  EXPECT_EQ(steps_of(resize_plan(resize_operator(Opcode::kResizeNearestNeighbor), rows)), 36u);
  std::vector<ResizeTap> taps(4, {0, 1, 1023});
  EXPECT_EQ(steps_of(resize_plan(resize_operator(Opcode::kResizeBilinear), taps)), 4u * 36u);
  auto plan = resize_operator(Opcode::kResizeBilinear);
  plan.inputs[0].type = plan.outputs[0].type = ElementType::kFloat32;
  taps[0].fraction = 0x7FC0'0000;  // any float, even none at all, harms no memory
  EXPECT_EQ(steps_of(resize_plan(plan, taps)), 4u * 36u);
}

TEST(MoverPlans, ConversionsOfEveryPair) {
  EXPECT_EQ(steps_of(requantise_plan().build()), 5u);
  const auto converts = [](Opcode opcode, ElementType from, ElementType to) {
    return steps_of(MoverPlan<NoParams>{opcode, {{{5}, from}}, {{{5}, to}}, {}}.build());
  };
  EXPECT_EQ(converts(Opcode::kQuantize, ElementType::kFloat32, ElementType::kInt8), 5u);
  EXPECT_EQ(converts(Opcode::kQuantize, ElementType::kFloat32, ElementType::kInt16), 5u);
  EXPECT_EQ(converts(Opcode::kDequantize, ElementType::kInt16, ElementType::kFloat32), 5u);
  EXPECT_EQ(converts(Opcode::kSqueeze, ElementType::kInt32, ElementType::kInt32), 5u);
}

}  // namespace
}  // namespace hil::plan::testing
