// SPDX-License-Identifier: Apache-2.0
// Operators with weights, pairs, pools and means in int16 against plain ones in wide integers,
// which are written from the rules in protocol/plan/format.hpp: there are no golden vectors for
// them.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "tests/target/engine/axis_draw.hpp"
#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::ElementType;
using plan::testing::PlanBuilder;
using Shorts = std::vector<std::int16_t>;

Shorts draw_shorts(Draw& draw, std::size_t count) {
  const bool extremes = draw.one_in(6);
  Shorts values(count);
  for (std::int16_t& value : values) {
    const int any = draw.integer(-32768, 32767);
    value = static_cast<std::int16_t>(extremes ? (any < 0 ? -32768 : 32767) : any);
  }
  return values;
}

void draw_range(Draw& draw, std::int32_t& low, std::int32_t& high) {
  low = draw.one_in(2) ? -32768 : draw.integer(-32768, 0);
  high = draw.one_in(2) ? 32767 : draw.integer(low, 32767);
}

/// A multiplier of at most 15 bits and one rounding, halves up.
std::int64_t naive_wide_rescale(std::int64_t x, std::int64_t multiplier, int shift) {
  const Wide reduced = std::min<Wide>((multiplier + 32768) / 65536, 32767);
  const Wide one = Wide{1} << (15 - shift);
  return static_cast<std::int64_t>(floor_divide(x * reduced + one / 2, one));
}

enum class Bias { kNone, kInt32, kInt64 };

/// What follows the sum of each output channel.
struct Tail {
  Bias bias_type = Bias::kNone;
  bool wide = false;
  std::vector<std::int64_t> bias;
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;
  std::int32_t low = -32768, high = 32767;

  Tail(Draw& draw, Bias type, bool wide_sums, int channels, int taps)
      : bias_type(type), wide(wide_sums), bias(static_cast<std::size_t>(channels)) {
    const int scale = 7 + static_cast<int>(std::bit_width(static_cast<unsigned>(taps))) / 2;
    for (std::int64_t& value : bias) {
      if (type == Bias::kInt32) value = draw.integer(-2000000, 2000000);
      if (type == Bias::kInt64) value = std::int64_t{draw.integer(-2000000, 2000000)} * 5000;
      const bool vanishes = draw.one_in(40);
      multipliers.push_back(vanishes ? 0 : draw.integer(1 << 30, 2147483647));
      shifts.push_back(static_cast<std::int8_t>(vanishes ? 0 : draw.integer(-3, 3) - scale));
    }
    if (type == Bias::kInt64) {  // so that large biases do not saturate everything
      for (std::int8_t& shift : shifts)
        shift = static_cast<std::int8_t>(shift - draw.integer(0, 9));
    }
    draw_range(draw, low, high);
  }

  [[nodiscard]] std::int16_t finish(std::int64_t sum, std::size_t c) const {
    sum += bias[c];
    const auto narrow = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
    const std::int64_t scaled = wide ? naive_wide_rescale(sum, multipliers[c], shifts[c])
                                     : naive_rescale(narrow, multipliers[c], shifts[c]);
    return static_cast<std::int16_t>(std::clamp<std::int64_t>(scaled, low, high));
  }

  /// Tables and range into @p params. @returns the bias tensor or none.
  template <class Params>
  std::uint16_t add_to(PlanBuilder& builder, Params& params) const {
    params.multiplier_offset = builder.constant(multipliers);
    params.shift_offset = builder.constant(shifts);
    params.activation_min = low;
    params.activation_max = high;
    const auto count = static_cast<std::int32_t>(bias.size());
    const auto memory = plan::Memory::kConstant;
    if (bias_type == Bias::kNone) return plan::kNoTensor;
    if (bias_type == Bias::kInt64) {
      return builder.tensor({count}, memory, builder.constant(bias), ElementType::kInt64);
    }
    const std::vector<std::int32_t> values(bias.begin(), bias.end());
    return builder.tensor({count}, memory, builder.constant(values), ElementType::kInt32);
  }
};

/// A convolution of random shape; depthwise if the multiplier is not 0.
struct Convolution {
  AxisDraw h, w;
  int batch, groups, depth, multiplier, channels;  // depth: input channels of one group

  Convolution(Draw& draw, bool depthwise)
      : h(draw, true),
        w(draw, true),
        batch(draw.integer(1, 2)),
        groups(depthwise        ? draw.integer(1, 70)
               : draw.one_in(3) ? draw.integer(2, 4)
                                : 1),
        depth(depthwise ? 1 : draw.integer(1, 12)),
        multiplier(depthwise ? draw.integer(1, 3) : 0),
        channels(depthwise ? groups * multiplier : groups * draw.integer(1, 9)) {}

  [[nodiscard]] int taps() const { return h.filter * w.filter * depth; }
  [[nodiscard]] std::size_t inputs() const {
    return static_cast<std::size_t>(batch * h.input * w.input * depth * groups);
  }
  [[nodiscard]] std::size_t outputs() const {
    return static_cast<std::size_t>(batch * h.output * w.output * channels);
  }
  /// Where the weight of output channel c at (ky, kx, i) lies.
  [[nodiscard]] std::size_t weight(int c, int ky, int kx, int i) const {
    return static_cast<std::size_t>(multiplier != 0
                                        ? (ky * w.filter + kx) * channels + c
                                        : ((c * h.filter + ky) * w.filter + kx) * depth + i);
  }

  [[nodiscard]] std::int64_t sum(const Shorts& x, const Values& weights, int n, int oy, int ox,
                                 int c) const {
    const int group = c / (channels / groups);
    std::int64_t total = 0;
    for (int ky = 0; ky < h.filter; ++ky) {
      for (int kx = 0; kx < w.filter; ++kx) {
        const int iy = oy * h.stride - h.before + ky * h.dilation;
        const int ix = ox * w.stride - w.before + kx * w.dilation;
        if (iy < 0 || iy >= h.input || ix < 0 || ix >= w.input) continue;
        for (int i = 0; i < depth; ++i) {
          const int at = ((n * h.input + iy) * w.input + ix) * depth * groups + group * depth + i;
          total += std::int64_t{x[static_cast<std::size_t>(at)]} * weights[weight(c, ky, kx, i)];
        }
      }
    }
    return total;
  }

  [[nodiscard]] Shorts plain(const Shorts& x, const Values& weights, const Tail& tail) const {
    Shorts y;
    for (int n = 0; n < batch; ++n) {
      for (int oy = 0; oy < h.output; ++oy) {
        for (int ox = 0; ox < w.output; ++ox) {
          for (int c = 0; c < channels; ++c)
            y.push_back(tail.finish(sum(x, weights, n, oy, ox, c), static_cast<std::size_t>(c)));
        }
      }
    }
    return y;
  }

  [[nodiscard]] Shorts run(const Shorts& x, const Values& weights, const Tail& tail) const {
    PlanBuilder builder;
    const auto in = builder.arena_tensor({batch, h.input, w.input, depth * groups}, 0, 0.5F,
                                         ElementType::kInt16);
    const auto out =
        builder.arena_tensor({batch, h.output, w.output, channels}, 0, 0.5F, ElementType::kInt16);
    const auto kernel =
        multiplier != 0 ? builder.constant_tensor({1, h.filter, w.filter, channels}, weights)
                        : builder.constant_tensor({channels, h.filter, w.filter, depth}, weights);
    plan::ConvParams params{};
    set_geometry(params, h, w);
    params.dilation_h = static_cast<std::uint16_t>(h.dilation);
    params.dilation_w = static_cast<std::uint16_t>(w.dilation);
    const auto bias = tail.add_to(builder, params);
    builder.op(multiplier != 0 ? plan::Opcode::kDepthwiseConv2d : plan::Opcode::kConv2d,
               {in, kernel, bias}, {out}, params);
    builder.graph({in}, {out});
    builder.header.work = outputs() * static_cast<std::size_t>(taps());
    return run_plan_of<std::int16_t>(builder, {x});
  }
};

TEST(Conv2dInt16, MatchesThePlainOneForEveryBias) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Draw draw(seed);
    const Convolution conv(draw, false);
    const auto bias = static_cast<Bias>(seed % 3);
    const Tail tail(draw, bias, bias == Bias::kInt64, conv.channels, conv.taps());
    const Shorts x = draw_shorts(draw, conv.inputs());
    const Values weights = draw.values(static_cast<std::size_t>(conv.channels * conv.taps()));
    ASSERT_EQ(conv.run(x, weights, tail), conv.plain(x, weights, tail)) << "seed " << seed;
  }
}

TEST(DepthwiseConv2dInt16, MatchesThePlainOneAndAlwaysAddsUpIn64Bits) {
  for (std::uint32_t seed = 500; seed < 800; ++seed) {
    Draw draw(seed);
    const Convolution conv(draw, true);
    const auto bias = seed % 2 == 0 ? Bias::kNone : Bias::kInt64;
    const Tail tail(draw, bias, true, conv.channels, conv.taps());
    const Shorts x = draw_shorts(draw, conv.inputs());
    const Values weights = draw.values(static_cast<std::size_t>(conv.channels * conv.taps()));
    ASSERT_EQ(conv.run(x, weights, tail), conv.plain(x, weights, tail)) << "seed " << seed;
  }
}

Shorts run_fully_connected(const Shorts& x, const Values& weights, int depth, const Tail& tail,
                           int weights_zero_point) {
  const auto out = static_cast<int>(tail.multipliers.size());
  const int rows = static_cast<int>(x.size()) / depth;
  PlanBuilder builder;
  const auto in = builder.arena_tensor({rows, depth}, 0, 0.5F, ElementType::kInt16);
  const auto y = builder.arena_tensor({rows, out}, 0, 0.5F, ElementType::kInt16);
  const auto w = builder.constant_tensor({out, depth}, weights);
  plan::FullyConnectedParams params{};
  params.weights_zero_point = weights_zero_point;
  const auto bias = tail.add_to(builder, params);
  builder.op(plan::Opcode::kFullyConnected, {in, w, bias}, {y}, params);
  builder.graph({in}, {y});
  builder.header.work = x.size() * static_cast<std::size_t>(out);
  return run_plan_of<std::int16_t>(builder, {x});
}

TEST(FullyConnectedInt16, MatchesThePlainOneForEveryBias) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 3), depth = draw.integer(1, 90), out = draw.integer(1, 9);
    const auto bias = static_cast<Bias>(seed % 3);
    const Tail tail(draw, bias, bias == Bias::kInt64, out, depth);
    const int zero_point = draw.one_in(3) ? draw.zero_point() : 0;
    const Shorts x = draw_shorts(draw, static_cast<std::size_t>(rows * depth));
    const Values weights = draw.values(static_cast<std::size_t>(out * depth));
    Shorts expected;
    for (int i = 0; i < rows * out; ++i) {
      std::int64_t sum = 0;
      for (int k = 0; k < depth; ++k) {
        sum += std::int64_t{x[static_cast<std::size_t>(i / out * depth + k)]} *
               (weights[static_cast<std::size_t>(i % out * depth + k)] - zero_point);
      }
      expected.push_back(tail.finish(sum, static_cast<std::size_t>(i % out)));
    }
    ASSERT_EQ(run_fully_connected(x, weights, depth, tail, zero_point), expected)
        << "seed " << seed;
  }
}

TEST(FullyConnectedInt16, RoundsByHand) {
  Draw draw(1);
  Tail tail(draw, Bias::kInt64, true, 1, 1);
  tail.low = -32768;
  tail.high = 32767;
  tail.bias = {0};
  tail.multipliers = {1 << 30};  // one half, so that odd sums are ties: rounded up
  tail.shifts = {0};
  EXPECT_EQ(run_fully_connected({3, -3, 5, -5}, {1}, 1, tail, 0), (Shorts{2, -1, 3, -2}));
  tail.multipliers = {2147483647};  // 0x7FFF of 2^15: a little less than 1
  EXPECT_EQ(run_fully_connected({16383, 16384, -16384}, {1}, 1, tail, 0),
            (Shorts{16383, 16384, -16383}));
  tail.bias = {std::int64_t{1} << 40};  // beyond 32 bits: 2^40 * 2^-1 * 2^-26
  tail.multipliers = {1 << 30};
  tail.shifts = {-26};
  EXPECT_EQ(run_fully_connected({0}, {1}, 1, tail, 0), (Shorts{8192}));
  tail.wide = false;  // the same value of 31 bits, with two roundings away from zero
  tail.bias_type = Bias::kInt32;
  tail.bias = {0};
  tail.shifts = {0};
  EXPECT_EQ(run_fully_connected({3, -3}, {1}, 1, tail, 0), (Shorts{2, -1}));
  tail.shifts = {-1};  // quarters: 6 / 4 = 1.5 and its opposite
  EXPECT_EQ(run_fully_connected({6, -6}, {1}, 1, tail, 0), (Shorts{2, -2}));
}

plan::AddParams draw_add(Draw& draw) {
  plan::AddParams params{};
  const auto zero = [&draw] { return draw.one_in(3) ? draw.integer(-32768, 32767) : 0; };
  params.zero_point_a = zero();
  params.zero_point_b = zero();
  params.output_zero_point = zero();
  params.a = {draw.integer(1 << 30, 2147483647), draw.integer(-3, -1)};
  params.b = {draw.integer(1 << 30, 2147483647), draw.integer(-3, -1)};
  params.output = {draw.integer(1 << 30, 2147483647), draw.integer(-16, -12)};
  draw_range(draw, params.activation_min, params.activation_max);
  return params;
}

std::int16_t plain_sum(int a, int b, int sign, const plan::AddParams& params) {
  const auto common = [](std::int64_t value, const plan::Rescale& rescale) {
    return naive_rescale(value * 32768, rescale.multiplier, rescale.shift);
  };
  const std::int64_t sum =
      common(a - params.zero_point_a, params.a) + sign * common(b - params.zero_point_b, params.b);
  const std::int64_t value =
      naive_rescale(sum, params.output.multiplier, params.output.shift) + params.output_zero_point;
  return static_cast<std::int16_t>(
      std::clamp<std::int64_t>(value, params.activation_min, params.activation_max));
}

/// A pair operator on [2, 30] and [30].
template <class Params>
Shorts run_pair(plan::Opcode opcode, const Shorts& a, const Shorts& b, const Params& params) {
  PlanBuilder builder;
  const auto ta = builder.arena_tensor({2, 30}, 0, 0.5F, ElementType::kInt16);
  const auto tb = builder.arena_tensor({30}, 0, 0.5F, ElementType::kInt16);
  builder.op(opcode, {ta, tb}, {ta}, params);  // in place
  builder.graph({ta, tb}, {ta});
  return run_plan_of<std::int16_t>(builder, {a, b});
}

TEST(PairInt16, MatchesThePlainOnes) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Draw draw(seed);
    const Shorts a = draw_shorts(draw, 60), b = draw_shorts(draw, 30);
    const plan::AddParams params = draw_add(draw);
    plan::MulParams product{};
    product.output = {draw.integer(1 << 30, 2147483647), draw.integer(-18, -12)};
    draw_range(draw, product.activation_min, product.activation_max);
    Shorts sums, differences, products;
    for (std::size_t i = 0; i < a.size(); ++i) {
      sums.push_back(plain_sum(a[i], b[i % 30], 1, params));
      differences.push_back(plain_sum(a[i], b[i % 30], -1, params));
      const std::int64_t value = naive_rescale(std::int64_t{a[i]} * b[i % 30],
                                               product.output.multiplier, product.output.shift);
      products.push_back(static_cast<std::int16_t>(
          std::clamp<std::int64_t>(value, product.activation_min, product.activation_max)));
    }
    ASSERT_EQ(run_pair(plan::Opcode::kAdd, a, b, params), sums) << "seed " << seed;
    ASSERT_EQ(run_pair(plan::Opcode::kSub, a, b, params), differences) << "seed " << seed;
    ASSERT_EQ(run_pair(plan::Opcode::kMul, a, b, product), products) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hil::engine::testing
