// SPDX-License-Identifier: Apache-2.0
// SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM in float32 and hybrid against plain formulas in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "tests/target/engine/naive_recurrent.hpp"
#include "tests/target/engine/one_operator.hpp"
#include "tests/target/engine/stateful_plan.hpp"

namespace hil::engine::testing {
namespace {

using Floats = std::vector<float>;
using Reals = std::vector<double>;

constexpr auto kFloat32 = plan::ElementType::kFloat32;
constexpr int kRuns = 4;

Reals widened(const Floats& values) {
  return {values.begin(), values.end()};
}

/// Values between -1 and 1.
Floats draw_floats(Draw& draw, int count) {
  Floats drawn(static_cast<std::size_t>(count));
  for (float& value : drawn)
    value = static_cast<float>(draw.integer(-10000, 10000)) * 1e-4F;
  return drawn;
}

std::uint16_t floats(StatefulPlan& plan, std::initializer_list<std::int32_t> dims) {
  return plan.builder.arena_tensor(dims, 0, 0.0F, kFloat32);
}

/// Constant weights of either type; the reals they stand for and the scale of int8 ones come back
/// in @p reals and @p scale.
std::uint16_t add_weights(StatefulPlan& plan, Draw& draw, std::int32_t rows, std::int32_t depth,
                          Reals& reals, float& scale) {
  if (draw.one_in(2)) {
    scale = 1000.0F;  // must not be looked at
    const Floats values = draw_floats(draw, rows * depth);
    reals = widened(values);
    return plan.builder.constant_tensor({rows, depth}, values);
  }
  scale = static_cast<float>(draw.integer(1, 100)) * 1e-4F;
  const Values values = draw.values(static_cast<std::size_t>(rows * depth));
  reals.clear();
  for (const std::int8_t value : values)
    reals.push_back(static_cast<double>(scale) * value);
  return plan.builder.constant_tensor({rows, depth}, values);
}

/// The largest difference in units of the largest magnitude expected.
double deviation(const Floats& got, const Reals& expected) {
  double largest = 0, difference = 0;
  if (got.size() != expected.size()) return 1e9;
  for (std::size_t i = 0; i < got.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    difference = std::max(difference, std::abs(got[i] - expected[i]));
  }
  return difference == 0 ? 0 : difference / largest;
}

/// Runs @p plan for @p inputs in a row; every output is near the plain one, and the first one comes
/// back bit by bit after a reset.
void expect_near(StatefulPlan& plan, const std::vector<Floats>& inputs,
                 const std::vector<Reals>& expected, std::uint32_t seed) {
  const auto outputs = run_in_a_row(plan, inputs);
  ASSERT_EQ(outputs.size(), inputs.size() + 1) << "seed " << seed;
  for (std::size_t run = 0; run < inputs.size(); ++run)
    ASSERT_LE(deviation(outputs[run], expected[run]), 1e-5) << "seed " << seed << " run " << run;
  EXPECT_EQ(outputs.back(), outputs.front()) << "seed " << seed;
}

/// Adds SVDF to @p plan and to @p svdf, whose shape is drawn.
plan::FloatSvdfParams add_svdf(StatefulPlan& plan, Draw& draw, NaiveSvdf<double>& svdf) {
  const std::int32_t units = svdf.filters / svdf.rank;
  plan::FloatSvdfParams params{-FLT_MAX, FLT_MAX, 0, 0};
  if (draw.one_in(2)) params = {0.0F, 0.5F, 0, 0};
  const auto x = floats(plan, {svdf.batch, svdf.depth}), y = floats(plan, {svdf.batch, units});
  const auto feature =
      add_weights(plan, draw, svdf.filters, svdf.depth, svdf.feature_weights, params.feature_scale);
  const auto time =
      add_weights(plan, draw, svdf.filters, svdf.memory, svdf.time_weights, params.time_scale);
  std::uint16_t bias = plan::kNoTensor;
  if (!draw.one_in(4)) {
    const Floats values = draw_floats(draw, units);
    svdf.bias = widened(values);
    bias = plan.builder.constant_tensor({units}, values);
  }
  const auto state = plan.state({svdf.batch, svdf.filters * svdf.memory}, kFloat32, 0);
  plan.builder.op(plan::Opcode::kSvdf, {x, feature, time, bias}, {y, state}, params);
  plan.builder.graph({x}, {y});
  plan.builder.header.work = static_cast<std::uint64_t>(svdf.batch * svdf.filters) *
                             static_cast<std::uint64_t>(svdf.depth + svdf.memory);
  return params;
}

TEST(FloatSvdf, MatchesThePlainOneFromRunToRun) {
  for (std::uint32_t seed = 100; seed < 400; ++seed) {
    Draw draw(seed);
    NaiveSvdf<double> svdf;
    svdf.batch = draw.integer(1, 3);
    svdf.depth = draw.integer(1, 20);
    svdf.rank = draw.integer(1, 3);
    svdf.filters = svdf.rank * draw.integer(1, 7);
    svdf.memory = draw.integer(1, 9);
    svdf.start(0.0);
    StatefulPlan plan;
    const plan::FloatSvdfParams params = add_svdf(plan, draw, svdf);
    std::vector<Floats> inputs;
    std::vector<Reals> expected;
    for (int run = 0; run < kRuns; ++run) {
      inputs.push_back(draw_floats(draw, svdf.batch * svdf.depth));
      expected.push_back(run_naive(svdf, params, widened(inputs.back())));
    }
    expect_near(plan, inputs, expected, seed);
  }
}

/// Adds the operator to @p plan and to @p lstm, whose shape is drawn.
void add_lstm(StatefulPlan& plan, Draw& draw, float clip, NaiveLstm<double>& lstm) {
  plan::FloatLstmParams params{};
  params.time_major = lstm.time_major ? 7 : 0;
  params.cell_max = clip;
  params.cell_min = -clip;
  const std::int32_t outer = lstm.time_major ? lstm.time : lstm.batch;
  const std::int32_t inner = lstm.time_major ? lstm.batch : lstm.time;
  const auto x = floats(plan, {outer, inner, lstm.depth});
  const auto y = floats(plan, {outer, inner, lstm.units});
  std::vector<std::uint16_t> inputs{x};
  for (std::size_t g = 0; g < 4; ++g) {
    inputs.push_back(
        add_weights(plan, draw, lstm.units, lstm.depth, lstm.weights[g], params.input_scales[g]));
  }
  for (std::size_t g = 0; g < 4; ++g) {
    inputs.push_back(add_weights(plan, draw, lstm.units, lstm.units, lstm.recurrent[g],
                                 params.recurrent_scales[g]));
  }
  for (auto& biases : lstm.biases) {
    const Floats values = draw_floats(draw, lstm.units);
    biases = widened(values);
    inputs.push_back(plan.builder.constant_tensor({lstm.units}, values));
  }
  const auto hidden = plan.state({lstm.batch, lstm.units}, kFloat32, 0);
  const auto cell = plan.state({lstm.batch, lstm.units}, kFloat32, 0);
  plan.builder.op(plan::Opcode::kUnidirectionalSequenceLstm, inputs, {y, hidden, cell}, params);
  plan.builder.graph({x}, {y});
  plan.builder.header.work = static_cast<std::uint64_t>(outer * inner * lstm.units * 4) *
                             static_cast<std::uint64_t>(lstm.depth + lstm.units);
}

TEST(FloatLstm, MatchesThePlainOneFromRunToRun) {
  for (std::uint32_t seed = 500; seed < 800; ++seed) {
    Draw draw(seed);
    NaiveLstm<double> lstm;
    lstm.batch = draw.integer(1, 3);
    lstm.time = draw.integer(1, 5);
    lstm.depth = draw.integer(1, 12);
    lstm.units = draw.integer(1, 9);
    lstm.time_major = draw.one_in(2);
    lstm.start(0.0);
    const float clip = draw.one_in(3) ? 0.25F : FLT_MAX;
    StatefulPlan plan;
    add_lstm(plan, draw, clip, lstm);
    std::vector<Floats> inputs;
    std::vector<Reals> expected;
    for (int run = 0; run < kRuns; ++run) {
      inputs.push_back(draw_floats(draw, lstm.batch * lstm.time * lstm.depth));
      expected.push_back(run_naive(lstm, static_cast<double>(clip), widened(inputs.back())));
    }
    expect_near(plan, inputs, expected, seed);
  }
}

}  // namespace
}  // namespace hil::engine::testing
