// SPDX-License-Identifier: Apache-2.0
// FULLY_CONNECTED, RESHAPE and SOFTMAX against the plain ones.
#include <gtest/gtest.h>

#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::PlanBuilder;

TEST(FullyConnected, MatchesThePlainOne) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 3), depth = draw.integer(1, 90), out = draw.integer(1, 14);
    const Values x = draw.values(static_cast<std::size_t>(rows * depth));
    const Values weights = draw.values(static_cast<std::size_t>(out * depth));
    const Channels tables = draw.channels(out, depth);
    plan::FullyConnectedParams params{};
    params.input_zero_point = draw.zero_point();
    params.weights_zero_point = draw.one_in(3) ? draw.zero_point() : 0;
    params.output_zero_point = draw.zero_point();
    draw.range(params);
    const Values expected = naive_fully_connected(x, weights, tables, params);
    PlanBuilder builder;
    const auto in = builder.arena_tensor({rows, depth});
    const auto y = builder.arena_tensor({rows, out});
    const auto w = builder.constant_tensor({out, depth}, weights);
    const auto bias = add_channels(builder, tables, params);
    builder.op(plan::Opcode::kFullyConnected, {in, w, bias}, {y}, params);
    builder.graph({in}, {y});
    builder.header.work = static_cast<std::uint64_t>(rows * depth * out);
    ASSERT_EQ(run_plan(builder, {x}), expected) << "seed " << seed;
  }
}

TEST(FullyConnected, TakesWeightsFromTheArena) {
  PlanBuilder builder;
  const auto x = builder.arena_tensor({1, 3});
  const auto w = builder.arena_tensor({2, 3});
  const auto y = builder.arena_tensor({1, 2});
  plan::FullyConnectedParams params{0, 0, 1, -128, 127, 0, 0};
  params.multiplier_offset = builder.constant(std::vector<std::int32_t>(2, 1 << 30));
  params.shift_offset = builder.constant(std::vector<std::int8_t>(2, 1));
  builder.op(plan::Opcode::kFullyConnected, {x, w, plan::kNoTensor}, {y}, params);
  builder.graph({x, w}, {y});
  builder.header.work = 6;
  EXPECT_EQ(run_plan(builder, {{1, 2, 3}, {1, 1, 1, -1, 0, 2}}), (Values{7, 6}));
}

TEST(Reshape, CopiesAndLeavesInPlace) {
  for (const bool in_place : {false, true}) {
    PlanBuilder builder;
    const auto x = builder.arena_tensor({2, 9});
    const auto y = builder.arena_tensor({3, 6});
    if (in_place) builder.tensors[y].offset = builder.tensors[x].offset;
    builder.op(plan::Opcode::kReshape, {x}, {y});
    builder.graph({x}, {y});
    const Values values = Draw(5).values(18);
    EXPECT_EQ(run_plan(builder, {values}), values);
  }
}

/// diff_min is what the model's compiler derives from the shift.
plan::SoftmaxParams softmax_params(std::int32_t multiplier, int shift) {
  return {{multiplier, shift}, -static_cast<std::int32_t>((std::int64_t{31} << 26) >> shift)};
}

Values run_softmax(const Values& x, int rows, const plan::SoftmaxParams& params) {
  PlanBuilder builder;
  const int depth = static_cast<int>(x.size()) / rows;
  const auto in = builder.arena_tensor({rows, depth});
  const auto out = builder.arena_tensor({rows, depth}, -128);
  builder.op(plan::Opcode::kSoftmax, {in}, {out}, params);
  builder.graph({in}, {out});
  return run_plan(builder, {x});
}

TEST(Softmax, MatchesThePlainOne) {
  for (std::uint32_t seed = 3000; seed < 3400; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 3), depth = draw.integer(1, 40);
    const Values x = draw.values(static_cast<std::size_t>(rows * depth));
    const auto params = softmax_params(draw.integer(1 << 30, 2147483647), draw.integer(0, 31));
    Values expected;
    for (int row = 0; row < rows; ++row) {
      const auto from = x.begin() + row * depth;
      const Values one = naive_softmax(Values(from, from + depth), params);
      expected.insert(expected.end(), one.begin(), one.end());
    }
    ASSERT_EQ(run_softmax(x, rows, params), expected) << "seed " << seed;
  }
}

TEST(Softmax, FollowsTheRealOne) {
  // Scale 1/16: d = 2^26 / 16 = 2^22 = 0.5 * 2^23.
  const auto params = softmax_params(1 << 30, 23);
  const Values y = run_softmax({16, 0, -16, 16, -128}, 1, params);
  const double total = 2 * std::exp(0.0) + std::exp(-1.0) + std::exp(-2.0) + std::exp(-9.0);
  EXPECT_EQ(y[0], static_cast<int>(std::lround(256 / total)) - 128);
  EXPECT_EQ(y[1], static_cast<int>(std::lround(256 * std::exp(-1.0) / total)) - 128);
  EXPECT_EQ(y[2], static_cast<int>(std::lround(256 * std::exp(-2.0) / total)) - 128);
  EXPECT_EQ(y[3], y[0]);
  EXPECT_EQ(y[4], -128);
}

TEST(Softmax, TakesTheLongestRow) {
  const auto params = softmax_params(1 << 30, 23);
  // All equal: each share is below one half of 1/256 from 513 on, also where TFLM's shift
  // overflows.
  for (const std::size_t depth : {std::size_t{511}, std::size_t{600}, std::size_t{5000},
                                  static_cast<std::size_t>(plan::kMaxSoftmaxDepth)}) {
    const Values y = run_softmax(Values(depth, 3), 1, params);
    EXPECT_EQ(y, Values(depth, depth < 512 ? -127 : -128)) << depth;
  }
}

}  // namespace
}  // namespace hil::engine::testing
