// SPDX-License-Identifier: Apache-2.0
// SUB, MUL, MAX_POOL_2D, MEAN and the operators on single values in float32 against plain formulas
// in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "tests/target/engine/axis_draw.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::PlanBuilder;
using Floats = std::vector<float>;

constexpr auto kFloat32 = plan::ElementType::kFloat32;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Floats run(PlanBuilder& builder, const std::vector<Floats>& inputs) {
  builder.header.features |= plan::kFeatureFloat32;
  return run_plan_of<float>(builder, inputs);
}

Floats draw_floats(Draw& draw, std::size_t count) {
  Floats drawn(count);
  for (float& value : drawn)
    value = static_cast<float>(draw.integer(-100000, 100000)) * 1e-4F;
  return drawn;
}

std::uint16_t float_tensor(PlanBuilder& builder, std::initializer_list<std::int32_t> dims) {
  return builder.arena_tensor(dims, 0, 0.0F, kFloat32);
}

TEST(FloatPairs, SubtractAndMultiplyWithBroadcasting) {
  for (const auto opcode : {plan::Opcode::kSub, plan::Opcode::kMul}) {
    Draw draw(static_cast<std::uint32_t>(opcode));
    const Floats a = draw_floats(draw, 2 * 5 * 3), b = draw_floats(draw, 5);
    Floats expected;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const float other = b[i / 3 % 5];
      const float value = opcode == plan::Opcode::kSub ? a[i] - other : a[i] * other;
      expected.push_back(std::min(std::max(value, -1.0F), 1.0F));
    }
    PlanBuilder builder;
    const auto ta = float_tensor(builder, {2, 5, 3}), tb = float_tensor(builder, {5, 1});
    const auto ty = float_tensor(builder, {2, 5, 3});
    builder.op(opcode, {ta, tb}, {ty}, plan::FloatRangeParams{-1.0F, 1.0F});
    builder.graph({ta, tb}, {ty});
    EXPECT_EQ(run(builder, {a, b}), expected);
  }
}

/// The largest value of the window of @p params at (oy, ox) of the only image, channel c.
float window_maximum(const Floats& x, int height, int width, int depth,
                     const plan::FloatPoolParams& params, int oy, int ox, int c) {
  float largest = -FLT_MAX;
  for (int ky = 0; ky < params.filter_h; ++ky) {
    for (int kx = 0; kx < params.filter_w; ++kx) {
      const int y = oy * params.stride_h - params.pad_top + ky;
      const int column = ox * params.stride_w - params.pad_left + kx;
      if (y < 0 || y >= height || column < 0 || column >= width) continue;
      largest = std::max(largest, x[static_cast<std::size_t>((y * width + column) * depth + c)]);
    }
  }
  return std::min(std::max(largest, params.activation_min), params.activation_max);
}

TEST(FloatMaxPool2d, MatchesThePlainOneBitByBit) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, false), w(draw, false);
    const int depth = draw.one_in(4) ? 70 : draw.integer(1, 9);
    plan::FloatPoolParams params{};
    set_geometry(params, h, w);
    params.filter_h = static_cast<std::uint16_t>(h.filter);
    params.filter_w = static_cast<std::uint16_t>(w.filter);
    params.activation_min = draw.one_in(2) ? -FLT_MAX : 0.0F;
    params.activation_max = draw.one_in(2) ? FLT_MAX : 6.0F;
    const Floats x = draw_floats(draw, static_cast<std::size_t>(h.input * w.input * depth));
    Floats expected;
    for (int i = 0; i < h.output * w.output * depth; ++i) {
      const int pixel = i / depth;
      expected.push_back(window_maximum(x, h.input, w.input, depth, params, pixel / w.output,
                                        pixel % w.output, i % depth));
    }
    PlanBuilder builder;
    const auto in = float_tensor(builder, {1, h.input, w.input, depth});
    const auto out = float_tensor(builder, {1, h.output, w.output, depth});
    builder.op(plan::Opcode::kMaxPool2d, {in}, {out}, params);
    builder.graph({in}, {out});
    ASSERT_EQ(run(builder, {x}), expected) << "seed " << seed;
  }
}

TEST(FloatMean, AveragesOverAnyOfThreeAxes) {
  constexpr int kDims[] = {3, 4, 70};
  Draw draw(9);
  const Floats x = draw_floats(draw, 3 * 4 * 70);
  for (std::uint32_t axes = 0; axes < 8; ++axes) {
    std::int32_t kept[3];
    for (std::uint32_t i = 0; i < 3; ++i)
      kept[i] = ((axes >> i) & 1U) != 0 ? 1 : kDims[i];
    const auto outputs = static_cast<std::size_t>(kept[0] * kept[1] * kept[2]);
    std::vector<double> sums(outputs);
    for (int i = 0; i < 3 * 4 * 70; ++i) {
      const int at[] = {i / 280 % kept[0], i / 70 % 4 % kept[1], i % 70 % kept[2]};
      sums[static_cast<std::size_t>((at[0] * kept[1] + at[1]) * kept[2] + at[2])] +=
          static_cast<double>(x[static_cast<std::size_t>(i)]);
    }
    PlanBuilder builder;
    const auto in = float_tensor(builder, {3, 4, 70});
    const auto out = float_tensor(builder, {kept[0], kept[1], kept[2]});
    builder.op(plan::Opcode::kMean, {in}, {out}, plan::FloatMeanParams{axes});
    builder.graph({in}, {out});
    const Floats got = run(builder, {x});
    ASSERT_EQ(got.size(), outputs);
    const double count = static_cast<double>(x.size()) / static_cast<double>(outputs);
    for (std::size_t i = 0; i < outputs; ++i)
      EXPECT_NEAR(got[i], sums[i] / count, 1e-4) << "axes " << axes << ", element " << i;
  }
}

struct Unary {
  const char* name;
  plan::Opcode opcode;
  double (*value)(double);
};

constexpr float kAlpha = 0.25F;

const Unary kUnaries[] = {
    {"Logistic", plan::Opcode::kLogistic, [](double x) { return 1 / (1 + std::exp(-x)); }},
    {"Tanh", plan::Opcode::kTanh, [](double x) { return std::tanh(x); }},
    {"Relu", plan::Opcode::kRelu, [](double x) { return std::max(x, 0.0); }},
    {"Relu6", plan::Opcode::kRelu6, [](double x) { return std::min(std::max(x, 0.0), 6.0); }},
    {"LeakyRelu", plan::Opcode::kLeakyRelu, [](double x) { return x > 0 ? x : kAlpha * x; }},
    {"HardSwish", plan::Opcode::kHardSwish,
     [](double x) { return x * std::min(6.0, std::max(0.0, x + 3)) / 6; }},
};

class FloatUnary : public ::testing::TestWithParam<Unary> {};

Floats run_unary(plan::Opcode opcode, const Floats& x, bool in_place) {
  PlanBuilder builder;
  const auto count = static_cast<std::int32_t>(x.size());
  const auto in = float_tensor(builder, {count});
  const auto out = in_place ? in : float_tensor(builder, {count});
  if (opcode == plan::Opcode::kLeakyRelu) {
    builder.op(opcode, {in}, {out}, plan::FloatLeakyReluParams{kAlpha});
  } else {
    builder.op(opcode, {in}, {out});
  }
  builder.graph({in}, {out});
  return run(builder, {x});
}

TEST_P(FloatUnary, FollowsItsFormula) {
  Floats x = {0.0F, -0.0F, 1e-30F, -9.0F, -9.01F, 16.6F, 16.7F, 100.0F, -80.0F, 6.0F, -3.0F};
  for (int i = -3000; i <= 3000; ++i)
    x.push_back(static_cast<float>(i) * 0.01F);
  for (const bool in_place : {false, true}) {
    const Floats y = run_unary(GetParam().opcode, x, in_place);
    ASSERT_EQ(y.size(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = GetParam().value(static_cast<double>(x[i]));
      EXPECT_NEAR(y[i], expected, 1e-6 * std::max(1.0, std::abs(expected))) << x[i];
    }
  }
}

TEST_P(FloatUnary, TakesInfinities) {
  const Floats y = run_unary(GetParam().opcode, {kInfinity, -kInfinity}, false);
  ASSERT_EQ(y.size(), 2U);
  const bool is_bounded =
      GetParam().opcode == plan::Opcode::kLogistic || GetParam().opcode == plan::Opcode::kTanh;
  const bool is_relu6 = GetParam().opcode == plan::Opcode::kRelu6;
  EXPECT_EQ(y[0], is_bounded ? 1.0F : is_relu6 ? 6.0F : kInfinity);
  EXPECT_FALSE(y[1] > 0.0F);
}

INSTANTIATE_TEST_SUITE_P(Operators, FloatUnary, ::testing::ValuesIn(kUnaries),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace hil::engine::testing
