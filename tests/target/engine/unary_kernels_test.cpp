// SPDX-License-Identifier: Apache-2.0
// MEAN over random shapes and axes, and operators by table, against the plain ones.
#include <gtest/gtest.h>

#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::PlanBuilder;

/// A tensor of any number of dimensions in the arena.
std::uint16_t tensor_of(PlanBuilder& builder, const std::vector<int>& dims) {
  std::int32_t count = 1;
  for (const int dim : dims)
    count *= dim;
  const auto index = builder.arena_tensor({count});
  plan::TensorRecord& record = builder.tensors[index];
  record.rank = static_cast<std::uint8_t>(dims.size());
  record.dims[0] = 1;
  for (std::size_t i = 0; i < dims.size(); ++i)
    record.dims[i] = dims[i];
  return index;
}

/// Shapes of one MEAN: the output names reduced dimensions as 1, or leaves them out.
struct MeanDraw {
  std::vector<int> x, y;
  std::uint32_t axes = 0;

  explicit MeanDraw(Draw& draw) {
    const int rank = draw.integer(0, 6);
    const bool keep = draw.one_in(2);
    for (int i = 0; i < rank; ++i) {
      x.push_back(draw.one_in(8) ? draw.integer(60, 140) / (rank + 1) : draw.integer(1, 5));
      const bool reduced = draw.one_in(2);
      if (reduced) axes |= 1U << i;
      if (!reduced || keep) y.push_back(reduced ? 1 : x.back());
    }
  }
};

TEST(Mean, MatchesThePlainOne) {
  for (std::uint32_t seed = 0; seed < 600; ++seed) {
    Draw draw(seed);
    const MeanDraw shapes(draw);
    plan::MeanParams params{};
    params.axes = shapes.axes;
    params.input_zero_point = draw.zero_point();
    params.output_zero_point = draw.zero_point();
    params.rescale = {draw.integer(0, 2147483647), draw.integer(-8, 2)};
    PlanBuilder builder;
    const auto x = tensor_of(builder, shapes.x), y = tensor_of(builder, shapes.y);
    builder.op(plan::Opcode::kMean, {x}, {y}, params);
    builder.graph({x}, {y});
    const Values values = draw.values(plan::element_count(builder.tensors[x]));
    ASSERT_EQ(run_plan(builder, {values}), naive_mean(values, shapes.x, params)) << "seed " << seed;
  }
}

TEST(Mean, WrapsSumsBeyond32Bits) {
  // 2^24 + 2^20 elements of 127 with zero point -128: the sum exceeds 2^31 as TFLM's int32 would.
  PlanBuilder builder;
  const auto x = builder.arena_tensor({1 << 20, 17});
  const auto y = builder.arena_tensor({1});
  const plan::MeanParams params{3, -128, 5, {1 << 30, -24}};
  builder.op(plan::Opcode::kMean, {x}, {y}, params);
  builder.graph({x}, {y});
  const std::int64_t sum = std::int64_t{17} * (1 << 20) * 255;
  const auto wrapped = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
  const auto expected = static_cast<std::int8_t>(naive_rescale(wrapped, 1 << 30, -24) + 5);
  EXPECT_EQ(run_plan(builder, {Values(std::size_t{17} << 20, 127)}), Values{expected});
}

TEST(LookUp, ReadsTheTableForEveryValueInPlace) {
  for (const auto opcode :
       {plan::Opcode::kLogistic, plan::Opcode::kTanh, plan::Opcode::kRelu, plan::Opcode::kRelu6,
        plan::Opcode::kLeakyRelu, plan::Opcode::kHardSwish}) {
    Draw draw(static_cast<std::uint32_t>(opcode));
    const Values table = draw.values(256);
    Values values, expected;
    for (int value = -128; value <= 127; ++value) {
      values.push_back(static_cast<std::int8_t>(value));
      expected.push_back(table[static_cast<std::size_t>(value < 0 ? value + 256 : value)]);
    }
    for (const bool in_place : {false, true}) {
      PlanBuilder builder;
      builder.constant(std::vector<std::int32_t>{1});  // the table does not lie at 0
      const auto x = builder.arena_tensor({2, 8, 16});
      const auto y = in_place ? x : builder.arena_tensor({2, 8, 16});
      builder.op(opcode, {x}, {y}, plan::LookupParams{builder.constant(table)});
      builder.graph({x}, {y});
      EXPECT_EQ(run_plan(builder, {values}), expected);
    }
  }
}

}  // namespace
}  // namespace hil::engine::testing
