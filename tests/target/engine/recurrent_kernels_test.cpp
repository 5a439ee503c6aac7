// SPDX-License-Identifier: Apache-2.0
// SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM in int8 against the plain ones: random shapes and
// quantisation, several inferences in a row, reset.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "target/engine/kernels/reference/sigmoid16.hpp"
#include "tests/target/engine/naive_recurrent.hpp"
#include "tests/target/engine/one_operator.hpp"
#include "tests/target/engine/stateful_plan.hpp"

namespace hil::engine::testing {
namespace {

constexpr int kRuns = 4;

template <class T>
std::vector<std::int64_t> widened(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

/// So that sums of @p taps products of a byte and a number of @p bits come out as numbers of
/// @p to bits; sometimes 0 or far too large.
plan::Rescale draw_rescale(Draw& draw, int taps, int bits, int to) {
  if (draw.one_in(30)) return {0, 0};
  const int typical = 8 + bits + static_cast<int>(std::bit_width(static_cast<unsigned>(taps))) / 2;
  return {draw.integer(1 << 30, 2147483647), to - typical + draw.integer(-1, 3)};
}

std::vector<std::int16_t> draw_shorts(Draw& draw, std::size_t count, int largest) {
  std::vector<std::int16_t> values(count);
  for (std::int16_t& value : values)
    value = static_cast<std::int16_t>(draw.integer(-largest, largest));
  return values;
}

/// One SVDF for the engine and as the plain one, with the same numbers.
struct SvdfCase {
  StatefulPlan plan;
  NaiveSvdf<std::int64_t> naive;
  plan::SvdfParams params{};
  int state_bits;

  explicit SvdfCase(Draw& draw) : state_bits(draw.one_in(2) ? 8 : 16) {
    naive.batch = draw.integer(1, 3);
    naive.depth = draw.one_in(4) ? draw.integer(30, 70) : draw.integer(1, 12);
    naive.rank = draw.integer(1, 3);
    naive.filters = naive.rank * draw.integer(1, 7);
    naive.memory = draw.integer(1, 9);
    params.input_zero_point = draw.zero_point();
    params.output_zero_point = draw.zero_point();
    params.state_zero_point = draw.one_in(2) ? 0 : draw.integer(-40, 40);
    params.feature = draw_rescale(draw, naive.depth, 8, state_bits);
    params.output = draw_rescale(draw, naive.rank * naive.memory, state_bits == 8 ? 8 : 24, 8);
    const std::int32_t fill = state_bits == 8 ? params.state_zero_point : 0;
    naive.start(fill);
    add_operator(draw, static_cast<std::uint8_t>(fill));
  }

 private:
  void add_operator(Draw& draw, std::uint8_t fill) {
    auto& builder = plan.builder;
    const std::int32_t units = naive.filters / naive.rank;
    const auto x = builder.arena_tensor({naive.batch, naive.depth});
    const auto y = builder.arena_tensor({naive.batch, units});
    const auto feature = draw.values(static_cast<std::size_t>(naive.filters * naive.depth));
    naive.feature_weights = widened(feature);
    const auto w = builder.constant_tensor({naive.filters, naive.depth}, feature);
    const auto state_type = state_bits == 8 ? plan::ElementType::kInt8 : plan::ElementType::kInt16;
    const auto state = plan.state({naive.batch, naive.filters * naive.memory}, state_type, fill);
    std::uint16_t bias = plan::kNoTensor;
    if (!draw.one_in(4)) {
      std::vector<std::int32_t> values(static_cast<std::size_t>(units));
      for (std::int32_t& value : values)
        value = draw.integer(-20000, 20000);
      naive.bias = widened(values);
      bias = builder.constant_tensor({units}, values);
    }
    builder.op(plan::Opcode::kSvdf, {x, w, time_weights(draw), bias}, {y, state}, params);
    builder.graph({x}, {y});
    builder.header.work = static_cast<std::uint64_t>(naive.batch * naive.filters) *
                          static_cast<std::uint64_t>(naive.depth + naive.memory);
  }

  std::uint16_t time_weights(Draw& draw) {
    const auto count = static_cast<std::size_t>(naive.filters * naive.memory);
    if (state_bits == 8) {
      const auto values = draw.values(count);
      naive.time_weights = widened(values);
      return plan.builder.constant_tensor({naive.filters, naive.memory}, values);
    }
    const auto values = draw_shorts(draw, count, 2000);  // sums stay in 32 bits
    naive.time_weights = widened(values);
    return plan.short_constants({naive.filters, naive.memory}, values);
  }
};

TEST(Svdf, MatchesThePlainOneFromRunToRun) {
  for (std::uint32_t seed = 0; seed < 600; ++seed) {
    Draw draw(seed);
    SvdfCase test(draw);
    std::vector<Values> inputs, expected;
    for (int run = 0; run < kRuns; ++run) {
      inputs.push_back(draw.values(static_cast<std::size_t>(test.naive.batch * test.naive.depth)));
      expected.push_back(run_naive(test.naive, test.params, test.state_bits, inputs.back()));
    }
    expected.push_back(expected.front());
    ASSERT_EQ(run_in_a_row(test.plan, inputs), expected) << "seed " << seed;
  }
}

/// One filter of one weight with two values of int16 state; outputs for @p inputs in a row, then
/// for the first one after a reset.
Values run_one_filter(const plan::SvdfParams& params, std::int8_t weight,
                      const std::vector<std::int16_t>& time_weights, const Values& inputs) {
  StatefulPlan plan;
  auto& builder = plan.builder;
  const auto x = builder.arena_tensor({1, 1}), y = builder.arena_tensor({1, 1});
  const auto w = builder.constant_tensor({1, 1}, std::vector<std::int8_t>{weight});
  const auto time = plan.short_constants({1, 2}, time_weights);
  const auto state = plan.state({1, 2}, plan::ElementType::kInt16, 0);
  builder.op(plan::Opcode::kSvdf, {x, w, time, plan::kNoTensor}, {y, state}, params);
  builder.graph({x}, {y});
  builder.header.work = 3;
  std::vector<Values> rows;
  for (const std::int8_t value : inputs)
    rows.push_back({value});
  Values outputs;
  for (const Values& row : run_in_a_row(plan, rows))
    outputs.push_back(row.at(0));
  return outputs;
}

TEST(Svdf, StatesAreClampedBeforeTheirZeroPointIsAdded) {
  // 127 * 127 * 2^9 is clamped to 32767. A zero point of 1 makes that -32768: minus 1 and times
  // 32767 it is -128 in units of 2^23. In the next run it is the older one, whose weight is 1.
  const auto params = [](std::int32_t zero_point) {
    return plan::SvdfParams{0, zero_point, 0, {1 << 30, 10}, {1 << 30, -22}};
  };
  EXPECT_EQ(run_one_filter(params(1), 127, {1, 32767}, {127, 0}), (Values{-128, 0, -128}));
  EXPECT_EQ(run_one_filter(params(0), 127, {1, 32767}, {127, 0}), (Values{127, 0, 127}));
}

TEST(Svdf, SumsBeyond32BitsWrap) {
  // 1 plus a zero point of 32767 is stored as -32768. In the second run both states add
  // -65535 * -32768, together 2^32 - 2^16: -128 in units of 2^9. In the first one the older state
  // is 0: 3221159936, negative as well once it has wrapped.
  const plan::SvdfParams params{0, 32767, 0, {1 << 30, 1}, {1 << 30, -8}};
  EXPECT_EQ(run_one_filter(params, 1, {-32768, -32768}, {1, 1}), (Values{-128, -128, -128}));
}

/// One LSTM for the engine and as the plain one, with the same numbers.
struct LstmCase {
  StatefulPlan plan;
  NaiveLstm<std::int64_t> naive;
  plan::LstmParams params{};

  explicit LstmCase(Draw& draw) {
    naive.batch = draw.integer(1, 3);
    naive.time = draw.integer(1, 5);
    naive.depth = draw.one_in(4) ? draw.integer(20, 50) : draw.integer(1, 10);
    naive.units = draw.integer(1, 11);
    naive.time_major = draw.one_in(2);
    draw_params(draw);
    naive.start(params.hidden_zero_point);
    add_operator(draw);
  }

 private:
  void draw_params(Draw& draw) {
    params.time_major = naive.time_major ? 1 : 0;
    params.input_zero_point = draw.zero_point();
    params.hidden_zero_point = draw.zero_point();
    const bool is_clipped = draw.one_in(2);
    params.cell_max = is_clipped ? draw.integer(0, 32767) : 32767;
    params.cell_min = is_clipped ? -params.cell_max : -32768;
    params.cell_shift = draw.one_in(4) ? draw.integer(plan::kMinCellShift, plan::kMaxCellShift)
                                       : draw.integer(-3, 3);
    params.cell = {draw.integer(1 << 30, 2147483647), draw.integer(-18, -12)};
    params.hidden = {draw.integer(1 << 30, 2147483647), draw.integer(-24, -20)};
    for (plan::LstmGateRescales& gate : params.gates) {
      gate.input = draw_rescale(draw, naive.depth, 8, 14);
      gate.recurrent = draw_rescale(draw, naive.units, 8, 14);
    }
  }

  /// Weights of all gates, in the plan and in @p naive_weights.
  void add_weights(Draw& draw, std::int32_t depth,
                   std::array<std::vector<std::int64_t>, 4>& naive_weights,
                   std::vector<std::uint16_t>& inputs) {
    for (auto& weights : naive_weights) {
      const auto values = draw.values(static_cast<std::size_t>(naive.units * depth));
      weights = widened(values);
      inputs.push_back(plan.builder.constant_tensor({naive.units, depth}, values));
    }
  }

  void add_operator(Draw& draw) {
    auto& builder = plan.builder;
    const std::int32_t outer = naive.time_major ? naive.time : naive.batch;
    const std::int32_t inner = naive.time_major ? naive.batch : naive.time;
    const auto x = builder.arena_tensor({outer, inner, naive.depth});
    const auto y = builder.arena_tensor({outer, inner, naive.units});
    std::vector<std::uint16_t> inputs{x};
    add_weights(draw, naive.depth, naive.weights, inputs);
    add_weights(draw, naive.units, naive.recurrent, inputs);
    for (auto& biases : naive.biases) {
      std::vector<std::int32_t> values(static_cast<std::size_t>(naive.units));
      for (std::int32_t& value : values)
        value = draw.integer(-20000, 20000);
      biases = widened(values);
      inputs.push_back(builder.constant_tensor({naive.units}, values));
    }
    const auto hidden = plan.state({naive.batch, naive.units}, plan::ElementType::kInt8,
                                   static_cast<std::uint8_t>(params.hidden_zero_point));
    const auto cell = plan.state({naive.batch, naive.units}, plan::ElementType::kInt16, 0);
    builder.op(plan::Opcode::kUnidirectionalSequenceLstm, inputs, {y, hidden, cell}, params);
    builder.graph({x}, {y});
    builder.header.work = static_cast<std::uint64_t>(outer * inner * naive.units * 4) *
                          static_cast<std::uint64_t>(naive.depth + naive.units);
  }
};

TEST(Lstm, MatchesThePlainOneFromRunToRun) {
  std::size_t constant = 0;
  for (std::uint32_t seed = 5000; seed < 5600; ++seed) {
    Draw draw(seed);
    LstmCase test(draw);
    std::vector<Values> inputs, expected;
    const int count = test.naive.batch * test.naive.time * test.naive.depth;
    for (int run = 0; run < kRuns; ++run) {
      inputs.push_back(draw.values(static_cast<std::size_t>(count)));
      expected.push_back(run_naive(test.naive, test.params, inputs.back()));
    }
    const auto [low, high] = std::minmax_element(expected[1].begin(), expected[1].end());
    if (*low == *high) ++constant;
    expected.push_back(expected.front());
    ASSERT_EQ(run_in_a_row(test.plan, inputs), expected) << "seed " << seed;
  }
  EXPECT_LT(constant, 150U);  // most draws say something
}

TEST(Sigmoid16, MatchesThePlainOneForEveryInput) {
  for (std::int32_t x = -32768; x <= 32767; ++x)
    ASSERT_EQ(reference::sigmoid16(x), naive_sigmoid16(x)) << x;
}

TEST(Tanh16, MatchesThePlainOneForEveryInputAndScale) {
  for (std::int32_t shift = plan::kMinCellShift; shift <= plan::kMaxCellShift; ++shift) {
    for (std::int32_t x = -32768; x <= 32767; x += shift == 0 ? 1 : 7)
      ASSERT_EQ(reference::tanh16(x, shift), naive_tanh16(x, shift - 12)) << x << ", " << shift;
  }
  EXPECT_EQ(reference::tanh16(-32768, plan::kMaxCellShift), -32767);
}

}  // namespace
}  // namespace hil::engine::testing
