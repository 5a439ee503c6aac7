// SPDX-License-Identifier: Apache-2.0
// Pools, means, softmax and operators on single values in int16, and uint8 conversions, against
// plain ones in wide integers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "tests/protocol/plan/mover_plan.hpp"
#include "tests/target/engine/axis_draw.hpp"
#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::ElementType;
using plan::testing::MoverPlan;
using plan::testing::PlanBuilder;
using Shorts = std::vector<std::int16_t>;

Shorts draw_shorts(Draw& draw, std::size_t count) {
  Shorts values(count);
  for (std::int16_t& value : values)
    value = static_cast<std::int16_t>(draw.one_in(10) ? -32768 : draw.integer(-32768, 32767));
  return values;
}

template <class Params>
Shorts run_one(plan::Opcode opcode, const std::vector<std::int32_t>& from,
               const std::vector<std::int32_t>& to, const Params& params, const Shorts& x) {
  PlanBuilder builder;
  MoverPlan<Params>{opcode, {{from, ElementType::kInt16}}, {{to, ElementType::kInt16}}, params}
      .add_to(builder);
  return run_plan_of<std::int16_t>(builder, {x});
}

/// Average, or maximum, of the taps of one window and channel, clamped.
std::int16_t plain_pool(const std::vector<int>& taps, bool average,
                        const plan::PoolParams& params) {
  std::int64_t value = *std::max_element(taps.begin(), taps.end());
  if (average) {
    std::int64_t sum = 0;
    for (const int tap : taps)
      sum += tap;
    const auto n = static_cast<std::int64_t>(taps.size());
    const std::int64_t magnitude = (std::abs(sum) + n / 2) / n;
    value = sum < 0 ? -magnitude : magnitude;
  }
  return static_cast<std::int16_t>(
      std::clamp<std::int64_t>(value, params.activation_min, params.activation_max));
}

TEST(PoolInt16, MatchesThePlainOnes) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Draw draw(seed);
    const AxisDraw h(draw, false), w(draw, false);
    const int depth = draw.one_in(5) ? 70 : draw.integer(1, 9);
    plan::PoolParams params{};
    set_geometry(params, h, w);
    params.filter_h = static_cast<std::uint16_t>(h.filter);
    params.filter_w = static_cast<std::uint16_t>(w.filter);
    params.activation_min = draw.one_in(2) ? -32768 : -1000;
    params.activation_max = draw.one_in(2) ? 32767 : 20000;
    const Shorts x = draw_shorts(draw, static_cast<std::size_t>(h.input * w.input * depth));
    for (const bool average : {true, false}) {
      Shorts expected;
      for (int i = 0; i < h.output * w.output * depth; ++i) {
        const int oy = i / depth / w.output, ox = i / depth % w.output;
        std::vector<int> taps;
        for (int k = 0; k < h.filter * w.filter; ++k) {
          const int iy = oy * h.stride - h.before + k / w.filter;
          const int ix = ox * w.stride - w.before + k % w.filter;
          if (iy < 0 || iy >= h.input || ix < 0 || ix >= w.input) continue;
          taps.push_back(x[static_cast<std::size_t>((iy * w.input + ix) * depth + i % depth)]);
        }
        expected.push_back(plain_pool(taps, average, params));
      }
      const auto opcode = average ? plan::Opcode::kAveragePool2d : plan::Opcode::kMaxPool2d;
      ASSERT_EQ(
          run_one(opcode, {1, h.input, w.input, depth}, {1, h.output, w.output, depth}, params, x),
          expected)
          << "seed " << seed;
    }
  }
}

TEST(MeanInt16, MatchesThePlainOne) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 20), columns = draw.integer(1, 90);
    plan::MeanParams params{};
    params.axes = draw.one_in(2) ? 1 : 2;
    params.input_zero_point = draw.one_in(2) ? 0 : draw.integer(-32768, 32767);
    params.output_zero_point = draw.one_in(2) ? 0 : draw.integer(-32768, 32767);
    params.rescale = {draw.integer(1 << 30, 2147483647), draw.integer(-6, 0)};
    const Shorts x = draw_shorts(draw, static_cast<std::size_t>(rows * columns));
    const bool over_rows = params.axes == 1;
    const int outputs = over_rows ? columns : rows, n = over_rows ? rows : columns;
    Shorts expected;
    for (int i = 0; i < outputs; ++i) {
      std::int64_t sum = -std::int64_t{n} * params.input_zero_point;
      for (int k = 0; k < n; ++k)
        sum += x[static_cast<std::size_t>(over_rows ? k * columns + i : i * columns + k)];
      const std::int64_t value =
          naive_rescale(sum, params.rescale.multiplier, params.rescale.shift) +
          params.output_zero_point;
      expected.push_back(static_cast<std::int16_t>(std::clamp<std::int64_t>(value, -32768, 32767)));
    }
    ASSERT_EQ(run_one(plan::Opcode::kMean, {rows, columns}, {outputs}, params, x), expected)
        << "seed " << seed;
  }
}

/// function(0..512 / 512) in 15 bits; nothing is lowered for the interpolation.
template <class Function>
Shorts table_of(const Function& function) {
  Shorts table;
  for (int i = 0; i <= 512; ++i) {
    table.push_back(
        static_cast<std::int16_t>(std::min(32767L, std::lround(32768 * function(i / 512.0)))));
  }
  return table;
}

std::int64_t between(std::int64_t x, const Shorts& table) {
  const auto index = static_cast<std::size_t>(floor_divide(x + 32768, 128));
  const std::int64_t rest = x + 32768 - static_cast<std::int64_t>(index) * 128;
  return table[index] + static_cast<std::int64_t>(
                            floor_divide(Wide{table[index + 1] - table[index]} * rest + 64, 128));
}

Shorts plain_softmax(const Shorts& row, const plan::Rescale& beta, const Shorts& exp_table,
                     const Shorts& reciprocal_table) {
  const int maximum = *std::max_element(row.begin(), row.end());
  std::vector<std::int64_t> shares;
  std::int64_t sum = 0;
  for (const int value : row) {
    const std::int64_t scaled = naive_rescale(value - maximum, beta.multiplier, beta.shift);
    shares.push_back(between(std::clamp<std::int64_t>(scaled + 32767, -32768, 32767), exp_table));
    sum += shares.back();
  }
  int up = 0;  // brings the sum to 2^30 .. 2^31
  while ((sum << up) < (std::int64_t{1} << 30))
    ++up;
  const auto fraction =
      static_cast<std::int64_t>(floor_divide(Wide{sum} * (Wide{1} << up) + 8192, 16384)) - 98304;
  const std::int64_t scale =
      between(std::clamp<std::int64_t>(fraction, -32768, 32767), reciprocal_table);
  const Wide one = Wide{1} << (30 - up);
  Shorts result;
  for (const std::int64_t share : shares) {
    const Wide value = floor_divide(Wide{share} * scale + one / 2, one);
    result.push_back(static_cast<std::int16_t>(std::clamp<Wide>(value, 0, 32767)));
  }
  return result;
}

class SoftmaxInt16 : public ::testing::Test {
 protected:
  Shorts exp_ = table_of([](double x) { return std::exp(10 * (x - 1)); });
  Shorts reciprocal_ = table_of([](double x) { return 1 / (1 + x); });

  [[nodiscard]] Shorts run(const Shorts& x, int rows, const plan::Rescale& beta) const {
    PlanBuilder builder;
    plan::Softmax16Params params{};
    params.beta = beta;
    params.exp_offset = builder.constant(exp_);
    params.reciprocal_offset = builder.constant(reciprocal_);
    const int depth = static_cast<int>(x.size()) / rows;
    MoverPlan<plan::Softmax16Params>{plan::Opcode::kSoftmax,
                                     {{{rows, depth}, ElementType::kInt16}},
                                     {{{rows, depth}, ElementType::kInt16}},
                                     params}
        .add_to(builder);
    return run_plan_of<std::int16_t>(builder, {x});
  }
};

TEST_F(SoftmaxInt16, MatchesThePlainOne) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 3), depth = draw.one_in(9) ? 3000 : draw.integer(1, 40);
    const Shorts x = draw_shorts(draw, static_cast<std::size_t>(rows * depth));
    const plan::Rescale beta{draw.integer(1 << 30, 2147483647), draw.integer(-12, 15)};
    Shorts expected;
    for (int row = 0; row < rows; ++row) {
      const auto from = x.begin() + row * depth;
      const Shorts one = plain_softmax(Shorts(from, from + depth), beta, exp_, reciprocal_);
      expected.insert(expected.end(), one.begin(), one.end());
    }
    ASSERT_EQ(run(x, rows, beta), expected) << "seed " << seed;
  }
}

TEST_F(SoftmaxInt16, IsCloseToTheRealOne) {
  // A scale of 1/1024: 65535 / 10 / 1024 = 6.4, 0.8 * 2^3.
  const plan::Rescale beta{static_cast<std::int32_t>(std::lround(65535.0 / 10240 / 8 * 2147483648)),
                           3};
  const Shorts x{2048, 1024, 0, -1024, -8192};
  const Shorts y = run(x, 1, beta);
  double total = 0;
  for (const int value : x)
    total += std::exp(value / 1024.0);
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR(y[i], 32768 * std::exp(x[i] / 1024.0) / total, 4) << i;
}

TEST_F(SoftmaxInt16, TakesTheLongestRow) {
  const auto depth = static_cast<std::size_t>(plan::kMaxSoftmax16Depth);
  EXPECT_EQ(run(Shorts(depth, -5), 1, {1 << 30, 3}),
            plain_softmax(Shorts(depth, -5), {1 << 30, 3}, exp_, reciprocal_));
}

/// The sigmoid's table: the formula, and one more where TensorFlow Lite's has it.
std::int64_t sigmoid_entry(std::int64_t i) {
  static const std::set<std::int64_t> kRaised{
      4,  8,  12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31,  33,  34,  35,  37,  39,
      40, 41, 43, 44, 45, 46, 49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255};
  return std::lround(65536 / (1 + std::exp(static_cast<double>(-i) / 24))) +
         static_cast<std::int64_t>(kRaised.count(i));
}

/// sigmoid in units of 2^-(16 + bits) for |position| in steps of 2^-bits entries.
std::int64_t sigmoid_at(std::int64_t position, int bits, std::int64_t largest) {
  const std::int64_t one = std::int64_t{1} << bits, magnitude = std::abs(position);
  const std::int64_t index = magnitude / one;
  if (index >= 255) return largest;
  const std::int64_t low = sigmoid_entry(index), high = sigmoid_entry(index + 1);
  return low * one + magnitude % one * (high - low);
}

std::int16_t plain_sigmoid(int x, const plan::Sigmoid16Params& params, bool is_tanh) {
  const Wide divisor = Wide{1} << params.shift;
  const auto position = static_cast<std::int64_t>(
      floor_divide(Wide{x} * params.multiplier + (params.shift > 0 ? divisor / 2 : 0), divisor));
  if (!is_tanh) {
    const std::int64_t share = sigmoid_at(position, 9, 32767 * 1024);
    return static_cast<std::int16_t>(
        floor_divide(position >= 0 ? share + 512 : 33554432 - share + 511, 1024));
  }
  const std::int64_t share = sigmoid_at(position, 8, 65535 * 256);
  return static_cast<std::int16_t>(
      floor_divide(position >= 0 ? share - 8388608 + 128 : 8388608 - share + 127, 256));
}

Shorts every_value() {
  Shorts all(65536);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<std::int16_t>(static_cast<int>(i) - 32768);
  return all;
}

TEST(SigmoidInt16, MatchesThePlainOnesForEveryValue) {
  const Shorts x = every_value();
  for (const auto& params : {plan::Sigmoid16Params{3, 0}, plan::Sigmoid16Params{6, 0},
                             plan::Sigmoid16Params{24576, 13}, plan::Sigmoid16Params{32767, 0},
                             plan::Sigmoid16Params{17000, 31}, plan::Sigmoid16Params{0, 4}}) {
    for (const bool is_tanh : {false, true}) {
      Shorts expected;
      for (const int value : x)
        expected.push_back(plain_sigmoid(value, params, is_tanh));
      const auto opcode = is_tanh ? plan::Opcode::kTanh : plan::Opcode::kLogistic;
      ASSERT_EQ(run_one(opcode, {65536}, {65536}, params, x), expected) << params.multiplier;
    }
  }
}

TEST(SigmoidInt16, IsCloseToTheRealOne) {
  const Shorts x = every_value();
  const Shorts y =
      run_one(plan::Opcode::kLogistic, {65536}, {65536}, plan::Sigmoid16Params{3, 0}, x);
  const Shorts t = run_one(plan::Opcode::kTanh, {65536}, {65536}, plan::Sigmoid16Params{3, 0}, x);
  ASSERT_EQ(y.size(), x.size());
  ASSERT_EQ(t.size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double real = x[i] / 4096.0;
    ASSERT_NEAR(y[i], 32768 / (1 + std::exp(-real)), 8) << x[i];
    ASSERT_NEAR(t[i], 32768 * std::tanh(real), 16) << x[i];
  }
}

TEST(LinearInt16, MatchesThePlainOneForEveryValue) {
  const Shorts x = every_value();
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    Draw draw(seed);
    plan::Linear16Params params{};
    params.input_zero_point = draw.one_in(2) ? 0 : draw.integer(-32768, 32767);
    params.output_zero_point = draw.one_in(2) ? 0 : draw.integer(-32768, 32767);
    params.positive = {draw.integer(1 << 30, 2147483647), draw.integer(-4, 2)};
    params.negative = {draw.integer(1 << 30, 2147483647), draw.integer(-4, 2)};
    params.turned = draw.one_in(2) ? 1 : 0;
    params.activation_min = draw.one_in(2) ? -32768 : -7;
    params.activation_max = draw.one_in(2) ? 32767 : 20000;
    Shorts expected;
    for (const int value : x) {
      const std::int64_t v = value - params.input_zero_point;
      const plan::Rescale& rescale = v >= 0 ? params.positive : params.negative;
      std::int64_t scaled = naive_rescale(v, rescale.multiplier, rescale.shift);
      if (v < 0 && params.turned == 1) scaled = -scaled;
      expected.push_back(static_cast<std::int16_t>(std::clamp<std::int64_t>(
          scaled + params.output_zero_point, params.activation_min, params.activation_max)));
    }
    ASSERT_EQ(run_one(plan::Opcode::kLeakyRelu, {65536}, {65536}, params, x), expected)
        << "seed " << seed;
  }
}

TEST(SoftmaxToInt16, FollowsTheRealOne) {
  // Scale 1/16: d = 2^26 / 16 = 2^22 = 0.5 * 2^23; diff_min as the compiler derives it.
  PlanBuilder builder;
  MoverPlan<plan::SoftmaxParams>{plan::Opcode::kSoftmax,
                                 {{{4}, ElementType::kInt8}},
                                 {{{4}, ElementType::kInt16}},
                                 {{1 << 30, 23}, -248}}
      .add_to(builder);
  const auto blob = builder.build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(builder.header.arena_bytes);
  PlanEngine engine;
  ASSERT_EQ(engine.load({model.bytes(), arena.bytes()}), StatusCode::kOk) << engine.refusal().text;
  const std::int8_t x[] = {16, 0, -16, 127};
  std::memcpy(engine.input(0).data(), x, sizeof(x));
  ASSERT_EQ(engine.invoke({}), StatusCode::kOk);
  std::int16_t y[4];
  ASSERT_EQ(engine.output(0).size(), sizeof(y));
  std::memcpy(y, engine.output(0).data(), sizeof(y));
  double total = 0;
  for (const int value : x)
    total += std::exp(value / 16.0);
  for (int i = 0; i < 4; ++i) {
    const double share = 65536 * std::exp(x[i] / 16.0) / total - 32768;
    EXPECT_NEAR(y[i], std::min(share, 32767.0), 2) << i;
  }
}

}  // namespace
}  // namespace hil::engine::testing
