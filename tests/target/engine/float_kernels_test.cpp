// SPDX-License-Identifier: Apache-2.0
// float32 and hybrid kernels against the plain ones, over random shapes and geometry.
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "tests/target/engine/axis_draw.hpp"
#include "tests/target/engine/naive_float.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::PlanBuilder;
using Floats = std::vector<float>;

constexpr auto kFloat32 = plan::ElementType::kFloat32;

/// Every difference within 1e-5 of the largest magnitude or spread expected.
void expect_near(const Floats& got, const Reals& expected, std::uint32_t seed) {
  ASSERT_EQ(got.size(), expected.size()) << "seed " << seed;
  const auto [low, high] = std::minmax_element(expected.begin(), expected.end());
  const double scale = std::max({*high - *low, std::abs(*high), std::abs(*low)});
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_LE(std::abs(static_cast<double>(got[i]) - expected[i]), 1e-5 * scale)
        << "seed " << seed << ", element " << i;
  }
}

Floats floats_of(const Reals& reals) {
  return Floats(reals.begin(), reals.end());
}

/// Draws that float32 holds exactly.
Reals reals(Draw& draw, std::size_t count) {
  Reals drawn(count);
  for (double& value : drawn)
    value = static_cast<double>(static_cast<float>(draw.integer(-100000, 100000)) * 1e-4F);
  return drawn;
}

template <class Params>
void draw_range(Draw& draw, Params& params) {
  params.activation_min = draw.one_in(2) ? -FLT_MAX : 0.0F;
  params.activation_max = draw.one_in(2) ? FLT_MAX : 6.0F;
}

/// Weights as the plan has them: float32, or int8 with a scale per output channel.
struct Weights {
  Reals values;  ///< what the kernel should compute with
  std::vector<std::int8_t> quantised;
  Floats scales;

  /// @p channel_of(i): the output channel of weight i.
  template <class ChannelOf>
  Weights(Draw& draw, std::size_t count, int channels, const ChannelOf& channel_of) {
    if (draw.one_in(2)) {
      values = reals(draw, count);
      return;
    }
    for (int c = 0; c < channels; ++c)
      scales.push_back(static_cast<float>(draw.integer(1, 1000)) * 1e-4F);
    quantised = draw.values(count);
    for (std::size_t i = 0; i < count; ++i)
      values.push_back(static_cast<double>(scales[channel_of(i)]) * quantised[i]);
  }

  template <class Params>
  std::uint16_t add_to(PlanBuilder& builder, std::initializer_list<std::int32_t> dims,
                       Params& params) const {
    if (scales.empty()) return builder.constant_tensor(dims, floats_of(values));
    params.scale_offset = builder.constant(scales);
    return builder.constant_tensor(dims, quantised);
  }
};

std::uint16_t add_bias(PlanBuilder& builder, const Reals& bias) {
  if (bias.empty()) return plan::kNoTensor;
  return builder.constant_tensor({static_cast<std::int32_t>(bias.size())}, floats_of(bias));
}

std::uint16_t image_tensor(PlanBuilder& builder, const RealImage& image) {
  return builder.arena_tensor({image.batch, image.height, image.width, image.depth}, 0, 0.0F,
                              kFloat32);
}

Floats run(PlanBuilder& builder, const std::vector<Floats>& inputs) {
  builder.header.features |= plan::kFeatureFloat32;
  return run_plan_of<float>(builder, inputs);
}

plan::FloatConvParams conv_params(Draw& draw, const AxisDraw& h, const AxisDraw& w) {
  plan::FloatConvParams params{};
  set_geometry(params, h, w);
  params.dilation_h = static_cast<std::uint16_t>(h.dilation);
  params.dilation_w = static_cast<std::uint16_t>(w.dilation);
  draw_range(draw, params);
  return params;
}

/// x -> y through one convolution; @p shape holds the weights' dimensions.
Floats run_conv(plan::Opcode opcode, const RealImage& x, const RealImage& shape,
                const Weights& weights, const RealImage& y, const Reals& bias,
                plan::FloatConvParams params, std::uint64_t macs) {
  PlanBuilder builder;
  const auto in = image_tensor(builder, x);
  const auto out = image_tensor(builder, y);
  const auto w =
      weights.add_to(builder, {shape.batch, shape.height, shape.width, shape.depth}, params);
  builder.op(opcode, {in, w, add_bias(builder, bias)}, {out}, params);
  builder.graph({in}, {out});
  builder.header.work = macs;
  return run(builder, {floats_of(x.values)});
}

TEST(FloatConv2d, MatchesThePlainOne) {
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, true), w(draw, true);
    const int groups = draw.one_in(3) ? draw.integer(2, 4) : 1;
    const int depth = draw.one_in(4) ? draw.integer(17, 40) : draw.integer(1, 9);
    const int channels = groups * draw.integer(1, 9);
    RealImage x(draw.integer(1, 2), h.input, w.input, depth * groups);
    RealImage shape(channels, h.filter, w.filter, depth);
    RealImage y(x.batch, h.output, w.output, channels);
    x.values = reals(draw, x.values.size());
    const std::size_t taps = shape.values.size() / static_cast<std::size_t>(channels);
    const Weights weights(draw, shape.values.size(), channels,
                          [taps](std::size_t i) { return i / taps; });
    shape.values = weights.values;
    const Reals bias = draw.one_in(3) ? Reals() : reals(draw, static_cast<std::size_t>(channels));
    const plan::FloatConvParams params = conv_params(draw, h, w);
    naive_conv(x, shape, bias, params, y);
    const auto got =
        run_conv(plan::Opcode::kConv2d, x, shape, weights, y, bias, params, y.values.size() * taps);
    expect_near(got, y.values, seed);
  }
}

TEST(FloatDepthwiseConv2d, MatchesThePlainOne) {
  for (std::uint32_t seed = 1000; seed < 1400; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, true), w(draw, true);
    const int depth = draw.one_in(5) ? draw.integer(60, 140) : draw.integer(1, 20);
    const int multiplier = draw.one_in(2) ? 1 : draw.one_in(6) ? 70 : draw.integer(2, 5);
    const int channels = depth * multiplier;
    RealImage x(draw.integer(1, 2), h.input, w.input, depth);
    RealImage shape(1, h.filter, w.filter, channels);
    RealImage y(x.batch, h.output, w.output, channels);
    x.values = reals(draw, x.values.size());
    const Weights weights(draw, shape.values.size(), channels, [channels](std::size_t i) {
      return i % static_cast<std::size_t>(channels);
    });
    shape.values = weights.values;
    const Reals bias = draw.one_in(3) ? Reals() : reals(draw, static_cast<std::size_t>(channels));
    const plan::FloatConvParams params = conv_params(draw, h, w);
    naive_depthwise(x, shape, bias, params, y);
    const auto taps = static_cast<std::size_t>(h.filter * w.filter);
    const auto got = run_conv(plan::Opcode::kDepthwiseConv2d, x, shape, weights, y, bias, params,
                              y.values.size() * taps);
    expect_near(got, y.values, seed);
  }
}

TEST(FloatAveragePool2d, MatchesThePlainOne) {
  for (std::uint32_t seed = 2000; seed < 2300; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, false), w(draw, false);
    RealImage x(draw.integer(1, 2), h.input, w.input, draw.one_in(4) ? 150 : draw.integer(1, 20));
    RealImage y(x.batch, h.output, w.output, x.depth);
    x.values = reals(draw, x.values.size());
    plan::FloatPoolParams params{};
    set_geometry(params, h, w);
    params.filter_h = static_cast<std::uint16_t>(h.filter);
    params.filter_w = static_cast<std::uint16_t>(w.filter);
    draw_range(draw, params);
    naive_average_pool(x, params, y);
    PlanBuilder builder;
    const auto in = image_tensor(builder, x);
    const auto out = image_tensor(builder, y);
    builder.op(plan::Opcode::kAveragePool2d, {in}, {out}, params);
    builder.graph({in}, {out});
    expect_near(run(builder, {floats_of(x.values)}), y.values, seed);
  }
}

TEST(FloatFullyConnected, MatchesThePlainOne) {
  for (std::uint32_t seed = 3000; seed < 3300; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 3), depth = draw.integer(1, 90), out = draw.integer(1, 14);
    const auto length = static_cast<std::size_t>(depth);
    const Reals x = reals(draw, static_cast<std::size_t>(rows) * length);
    const Weights weights(draw, static_cast<std::size_t>(out) * length, out,
                          [length](std::size_t i) { return i / length; });
    const Reals bias = draw.one_in(3) ? Reals() : reals(draw, static_cast<std::size_t>(out));
    plan::FloatRangeParams range{};
    draw_range(draw, range);
    plan::FloatFullyConnectedParams params{range.activation_min, range.activation_max, 0};
    PlanBuilder builder;
    const auto in = builder.arena_tensor({rows, depth}, 0, 0.0F, kFloat32);
    const auto y = builder.arena_tensor({rows, out}, 0, 0.0F, kFloat32);
    const auto w = weights.add_to(builder, {out, depth}, params);
    builder.op(plan::Opcode::kFullyConnected, {in, w, add_bias(builder, bias)}, {y}, params);
    builder.graph({in}, {y});
    builder.header.work = static_cast<std::uint64_t>(rows * depth * out);
    expect_near(run(builder, {floats_of(x)}),
                naive_fully_connected(x, weights.values, bias, length, range), seed);
  }
}

TEST(FloatSoftmax, MatchesThePlainOne) {
  for (std::uint32_t seed = 4000; seed < 4200; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 4), depth = draw.integer(1, 50);
    const auto beta = static_cast<float>(draw.integer(1, 30)) * 0.1F;
    PlanBuilder builder;
    const auto in = builder.arena_tensor({rows, depth}, 0, 0.0F, kFloat32);
    const auto out = builder.arena_tensor({rows, depth}, 0, 0.0F, kFloat32);
    builder.op(plan::Opcode::kSoftmax, {in}, {out}, plan::FloatSoftmaxParams{beta});
    builder.graph({in}, {out});
    const Reals x = reals(draw, static_cast<std::size_t>(rows * depth));
    Reals expected;
    for (auto row = x.begin(); row != x.end(); row += depth) {
      const Reals scores = naive_softmax(Reals(row, row + depth), static_cast<double>(beta));
      expected.insert(expected.end(), scores.begin(), scores.end());
    }
    expect_near(run(builder, {floats_of(x)}), expected, seed);
  }
}

TEST(FloatSoftmax, KeepsLargeScoresFinite) {
  PlanBuilder builder;
  const auto in = builder.arena_tensor({1, 3}, 0, 0.0F, kFloat32);
  const auto out = builder.arena_tensor({1, 3}, 0, 0.0F, kFloat32);
  builder.op(plan::Opcode::kSoftmax, {in}, {out}, plan::FloatSoftmaxParams{1.0F});
  builder.graph({in}, {out});
  EXPECT_EQ(run(builder, {{3e38F, 3e38F, -3e38F}}), (Floats{0.5F, 0.5F, 0.0F}));
}

TEST(FloatAdd, BroadcastsAndClamps) {
  PlanBuilder builder;
  const auto a = builder.arena_tensor({2, 1, 3}, 0, 0.0F, kFloat32);
  const auto b = builder.arena_tensor({2, 1}, 0, 0.0F, kFloat32);
  const auto y = builder.arena_tensor({2, 2, 3}, 0, 0.0F, kFloat32);
  builder.op(plan::Opcode::kAdd, {a, b}, {y}, plan::FloatRangeParams{0.0F, 6.0F});
  builder.graph({a, b}, {y});
  EXPECT_EQ(run(builder, {{1, 2, 3, -4, 5, 0.25F}, {0.5F, 2}}),
            (Floats{1.5F, 2.5F, 3.5F, 3, 4, 5, 0, 5.5F, 0.75F, 0, 6, 2.25F}));
}

TEST(FloatAdd, MayWriteWhereAnInputLies) {
  PlanBuilder builder;
  const auto a = builder.arena_tensor({4}, 0, 0.0F, kFloat32);
  const auto b = builder.arena_tensor({4}, 0, 0.0F, kFloat32);
  const auto y = builder.tensor({4}, plan::Memory::kArena, 0, kFloat32);
  builder.op(plan::Opcode::kAdd, {a, b}, {y}, plan::FloatRangeParams{-FLT_MAX, FLT_MAX});
  builder.graph({a, b}, {y});
  EXPECT_EQ(run(builder, {{1, 2, 3, 4}, {10, 20, 30, 40}}), (Floats{11, 22, 33, 44}));
}

TEST(FloatConv2d, InfinityIsClampedToTheLargestFloat) {
  PlanBuilder builder;
  const auto x = builder.arena_tensor({1, 1, 1, 2}, 0, 0.0F, kFloat32);
  const auto y = builder.arena_tensor({1, 1, 1, 1}, 0, 0.0F, kFloat32);
  const auto w = builder.constant_tensor({1, 1, 1, 2}, Floats{1.0F, 1.0F});
  plan::FloatConvParams params{};
  params.stride_h = params.stride_w = params.dilation_h = params.dilation_w = 1;
  params.activation_min = -FLT_MAX;
  params.activation_max = FLT_MAX;
  builder.op(plan::Opcode::kConv2d, {x, w, plan::kNoTensor}, {y}, params);
  builder.graph({x}, {y});
  builder.header.work = 2;
  EXPECT_EQ(run(builder, {{3e38F, 3e38F}}), Floats{FLT_MAX});
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(run(builder, {{kNaN, 1.0F}})[0]));
}

}  // namespace
}  // namespace hil::engine::testing
