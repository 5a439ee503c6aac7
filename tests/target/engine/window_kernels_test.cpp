// SPDX-License-Identifier: Apache-2.0
// CONV_2D, DEPTHWISE_CONV_2D and the pools against the plain ones, over random geometry.
#include <gtest/gtest.h>

#include "tests/target/engine/axis_draw.hpp"
#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::PlanBuilder;

plan::ConvParams conv_params(Draw& draw, const AxisDraw& h, const AxisDraw& w) {
  plan::ConvParams params{};
  set_geometry(params, h, w);
  params.dilation_h = static_cast<std::uint16_t>(h.dilation);
  params.dilation_w = static_cast<std::uint16_t>(w.dilation);
  params.input_zero_point = draw.zero_point();
  params.output_zero_point = draw.zero_point();
  draw.range(params);
  return params;
}

/// x -> y through one operator with weights.
Values run_conv(plan::Opcode opcode, const Image& x, const Image& weights, const Image& y,
                const Channels& channels, plan::ConvParams params, std::uint64_t macs) {
  PlanBuilder builder;
  const auto in = builder.arena_tensor({x.batch, x.height, x.width, x.depth});
  const auto out = builder.arena_tensor({y.batch, y.height, y.width, y.depth});
  const auto w = builder.constant_tensor(
      {weights.batch, weights.height, weights.width, weights.depth}, weights.values);
  const auto bias = add_channels(builder, channels, params);
  builder.op(opcode, {in, w, bias}, {out}, params);
  builder.graph({in}, {out});
  builder.header.work = macs;
  return run_plan(builder, {x.values});
}

TEST(Conv2d, MatchesThePlainOne) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, true), w(draw, true);
    const int groups = draw.one_in(3) ? draw.integer(2, 4) : 1;
    const int depth = draw.one_in(4) ? draw.integer(17, 40) : draw.integer(1, 9);
    const int channels = groups * draw.integer(1, 9);
    Image x(draw.integer(1, 2), h.input, w.input, depth * groups);
    Image weights(channels, h.filter, w.filter, depth);
    Image y(x.batch, h.output, w.output, channels);
    x.values = draw.values(x.values.size());
    weights.values = draw.values(weights.values.size());
    const int taps = h.filter * w.filter * depth;
    const Channels tables = draw.channels(channels, taps);
    const plan::ConvParams params = conv_params(draw, h, w);
    naive_conv(x, weights, tables, params, y);
    const auto macs = y.values.size() * static_cast<std::size_t>(taps);
    ASSERT_EQ(run_conv(plan::Opcode::kConv2d, x, weights, y, tables, params, macs), y.values)
        << "seed " << seed;
  }
}

TEST(DepthwiseConv2d, MatchesThePlainOne) {
  for (std::uint32_t seed = 1000; seed < 1500; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, true), w(draw, true);
    const int depth = draw.one_in(5) ? draw.integer(60, 140) : draw.integer(1, 20);
    const int multiplier = draw.one_in(2) ? 1 : draw.one_in(6) ? 70 : draw.integer(2, 5);
    Image x(draw.integer(1, 2), h.input, w.input, depth);
    Image weights(1, h.filter, w.filter, depth * multiplier);
    Image y(x.batch, h.output, w.output, depth * multiplier);
    x.values = draw.values(x.values.size());
    weights.values = draw.values(weights.values.size());
    const int taps = h.filter * w.filter;
    const Channels tables = draw.channels(y.depth, taps);
    const plan::ConvParams params = conv_params(draw, h, w);
    naive_depthwise(x, weights, tables, params, y);
    const auto macs = y.values.size() * static_cast<std::size_t>(taps);
    ASSERT_EQ(run_conv(plan::Opcode::kDepthwiseConv2d, x, weights, y, tables, params, macs),
              y.values)
        << "seed " << seed;
  }
}

TEST(Conv2d, TakesWindowsThatLieInThePadding) {
  // Padding larger than the filter: whole windows see only the zero point, so the bias remains.
  Image x(1, 1, 1, 1), weights(4, 1, 1, 1), y(1, 5, 5, 4);
  x.values = {100};
  weights.values = {1, 2, 3, -1};
  plan::ConvParams params{};
  params.stride_h = params.stride_w = params.dilation_h = params.dilation_w = 1;
  params.pad_top = params.pad_left = params.pad_bottom = params.pad_right = 2;
  params.input_zero_point = -20;
  params.activation_min = -128;
  params.activation_max = 127;
  const Channels tables{{7, -7, 0, 50}, std::vector<std::int32_t>(4, 1 << 30), {0, 0, -2, 1}};
  naive_conv(x, weights, tables, params, y);
  EXPECT_EQ(y.at(0, 0, 0, 3), 50);
  EXPECT_EQ(y.at(0, 2, 2, 3), -70);
  EXPECT_EQ(run_conv(plan::Opcode::kConv2d, x, weights, y, tables, params, 100), y.values);
}

TEST(Conv2d, SumsBeyond32BitsWrap) {
  // 80,000 taps of -128 * (127 + 128): more than 2^31; TFLM's int32 would wrap as well.
  Image x(1, 1, 1, 80000), weights(1, 1, 1, 80000), y(1, 1, 1, 1);
  std::fill(x.values.begin(), x.values.end(), std::int8_t{127});
  std::fill(weights.values.begin(), weights.values.end(), std::int8_t{-128});
  plan::ConvParams params{};
  params.stride_h = params.stride_w = params.dilation_h = params.dilation_w = 1;
  params.input_zero_point = -128;
  params.activation_min = -128;
  params.activation_max = 127;
  const Channels tables{{}, {1 << 30}, {-24}};
  const std::int64_t sum = std::int64_t{80000} * -128 * 255;
  const auto wrapped = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
  const std::int64_t expected = naive_rescale(wrapped, 1 << 30, -24);
  EXPECT_EQ(run_conv(plan::Opcode::kConv2d, x, weights, y, tables, params, 80000),
            Values{static_cast<std::int8_t>(expected)});
}

/// Compares the pool @p opcode with the plain one.
void compare_pool(plan::Opcode opcode,
                  void (*plain)(const Image&, const plan::PoolParams&, Image&)) {
  for (std::uint32_t seed = 2000; seed < 2400; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, false), w(draw, false);
    Image x(draw.integer(1, 2), h.input, w.input, draw.one_in(4) ? 150 : draw.integer(1, 20));
    Image y(x.batch, h.output, w.output, x.depth);
    x.values = draw.values(x.values.size());
    plan::PoolParams params{};
    set_geometry(params, h, w);
    params.filter_h = static_cast<std::uint16_t>(h.filter);
    params.filter_w = static_cast<std::uint16_t>(w.filter);
    draw.range(params);
    plain(x, params, y);
    PlanBuilder builder;
    const auto in = builder.arena_tensor({x.batch, x.height, x.width, x.depth});
    const auto out = builder.arena_tensor({y.batch, y.height, y.width, y.depth});
    builder.op(opcode, {in}, {out}, params);
    builder.graph({in}, {out});
    ASSERT_EQ(run_plan(builder, {x.values}), y.values) << "seed " << seed;
  }
}

TEST(AveragePool2d, MatchesThePlainOne) {
  compare_pool(plan::Opcode::kAveragePool2d, naive_average_pool);
}

TEST(MaxPool2d, MatchesThePlainOne) {
  compare_pool(plan::Opcode::kMaxPool2d, naive_max_pool);
}

TEST(AveragePool2d, RoundsHalvesAwayFromZero) {
  PlanBuilder builder;
  const auto in = builder.arena_tensor({1, 1, 2, 3});
  const auto out = builder.arena_tensor({1, 1, 1, 3});
  builder.op(plan::Opcode::kAveragePool2d, {in}, {out},
             plan::PoolParams{1, 1, 1, 2, 0, 0, 0, 0, -128, 127});
  builder.graph({in}, {out});
  EXPECT_EQ(run_plan(builder, {{1, -1, -128, 2, -2, -128}}), (Values{2, -2, -128}));
}

}  // namespace
}  // namespace hil::engine::testing
