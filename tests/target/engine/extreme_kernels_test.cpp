// SPDX-License-Identifier: Apache-2.0
// MAXIMUM, MINIMUM, REDUCE_MAX, ARG_MAX and the float32 operators on single values against plain
// ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "tests/protocol/plan/mover_plan.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::ElementType;
using plan::testing::MoverPlan;
using plan::testing::NoParams;
using plan::testing::Operand;
using plan::testing::PlanBuilder;

template <class T>
constexpr ElementType type_of() {
  if (std::is_same_v<T, float>) return ElementType::kFloat32;
  return sizeof(T) == 1   ? ElementType::kInt8
         : sizeof(T) == 2 ? ElementType::kInt16
                          : ElementType::kInt32;
}

template <class T>
std::vector<T> draw_values(Draw& draw, std::size_t count) {
  std::vector<T> values(count);
  for (T& value : values)
    value = static_cast<T>(draw.integer(-128, 127));
  return values;
}

template <class T>
void check_pairs(std::uint32_t seed) {
  Draw draw(seed);
  const auto a = draw_values<T>(draw, 60), b = draw_values<T>(draw, 12);
  for (const bool larger : {true, false}) {
    PlanBuilder builder;
    MoverPlan<NoParams>{larger ? plan::Opcode::kMaximum : plan::Opcode::kMinimum,
                        {{{5, 3, 4}, type_of<T>()}, {{3, 4}, type_of<T>()}},
                        {{{5, 3, 4}, type_of<T>()}},
                        {}}
        .add_to(builder);
    std::vector<T> expected;
    for (std::size_t i = 0; i < a.size(); ++i) {
      expected.push_back(larger ? std::max(a[i], b[i % 12]) : std::min(a[i], b[i % 12]));
    }
    ASSERT_EQ(run_plan_of<T>(builder, {a, b}), expected) << "seed " << seed;
  }
}

TEST(ExtremePair, ChoosesOfEveryType) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    check_pairs<std::int8_t>(seed);
    check_pairs<std::int16_t>(seed);
    check_pairs<std::int32_t>(seed);
    check_pairs<float>(seed);
  }
}

template <class T>
void check_reduction(std::uint32_t seed) {
  Draw draw(seed);
  const int d[] = {draw.integer(1, 4), draw.integer(1, 4), draw.integer(1, 4)};
  const auto axes = static_cast<std::uint32_t>(draw.integer(0, 7));
  const auto x = draw_values<T>(draw, static_cast<std::size_t>(d[0] * d[1] * d[2]));
  std::vector<std::int32_t> kept;
  for (int i = 0; i < 3; ++i) {
    if (((axes >> i) & 1U) == 0) kept.push_back(d[i]);
  }
  std::vector<T> expected;
  std::vector<bool> seen;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const int at[] = {static_cast<int>(i) / (d[1] * d[2]), static_cast<int>(i) / d[2] % d[1],
                      static_cast<int>(i) % d[2]};
    std::size_t to = 0;
    for (int k = 0; k < 3; ++k) {
      if (((axes >> k) & 1U) == 0)
        to = to * static_cast<std::size_t>(d[k]) + static_cast<std::size_t>(at[k]);
    }
    if (to >= expected.size()) {
      expected.resize(to + 1);
      seen.resize(to + 1);
    }
    expected[to] = seen[to] ? std::max(expected[to], x[i]) : x[i];
    seen[to] = true;
  }
  PlanBuilder builder;
  MoverPlan<plan::ReduceMaxParams>{plan::Opcode::kReduceMax,
                                   {{{d[0], d[1], d[2]}, type_of<T>()}},
                                   {{kept, type_of<T>()}},
                                   {axes}}
      .add_to(builder);
  ASSERT_EQ(run_plan_of<T>(builder, {x}), expected) << "seed " << seed;
}

TEST(ReduceMax, TakesTheLargestOfEachOutput) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    check_reduction<std::int8_t>(seed);
    check_reduction<float>(seed);
  }
}

TEST(ArgMax, NamesTheFirstOfTheLargest) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    Draw draw(seed);
    const int rows = draw.integer(1, 4), length = draw.integer(1, 9), inner = draw.integer(1, 4);
    Values x = draw.values(static_cast<std::size_t>(rows * length * inner));
    if (draw.one_in(3)) std::fill(x.begin(), x.end(), std::int8_t{-128});
    std::vector<std::int32_t> expected;
    for (int i = 0; i < rows * inner; ++i) {
      std::vector<int> along;
      for (int k = 0; k < length; ++k)
        along.push_back(x[static_cast<std::size_t>((i / inner * length + k) * inner + i % inner)]);
      expected.push_back(
          static_cast<std::int32_t>(std::max_element(along.begin(), along.end()) - along.begin()));
    }
    PlanBuilder builder;
    MoverPlan<plan::ArgMaxParams>{
        plan::Opcode::kArgMax,
        {{{rows, length, inner}}},
        {{{rows, inner}, ElementType::kInt32}},
        {static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(length),
         static_cast<std::uint32_t>(inner)}}
        .add_to(builder);
    const auto bytes = run_plan(builder, {x});  // int8 in, the bytes of int32 out
    std::vector<std::int32_t> y(bytes.size() / sizeof(std::int32_t));
    std::memcpy(y.data(), bytes.data(), bytes.size());
    ASSERT_EQ(y, expected) << "seed " << seed;
  }
}

TEST(FloatUnary, FollowsTheFunctions) {
  const std::vector<float> x{0.25F, 1.0F, 2.0F, 100.0F, 1e-10F, 87.0F};
  const auto run = [&x](plan::Opcode opcode) {
    const auto count = static_cast<std::int32_t>(x.size());
    PlanBuilder builder;
    MoverPlan<NoParams>{
        opcode, {{{count}, ElementType::kFloat32}}, {{{count}, ElementType::kFloat32}}, {}}
        .add_to(builder);
    return run_plan_of<float>(builder, {x});
  };
  const auto expect = [&](plan::Opcode opcode, double (*function)(double)) {
    const auto y = run(opcode);
    ASSERT_EQ(y.size(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double real = function(static_cast<double>(x[i]));
      EXPECT_NEAR(static_cast<double>(y[i]), real, std::abs(real) * 1e-6) << x[i];
    }
  };
  expect(plan::Opcode::kNeg, [](double v) { return -v; });
  expect(plan::Opcode::kAbs, [](double v) { return std::abs(v); });
  expect(plan::Opcode::kSqrt, [](double v) { return std::sqrt(v); });
  expect(plan::Opcode::kRsqrt, [](double v) { return 1 / std::sqrt(v); });
  expect(plan::Opcode::kSquare, [](double v) { return v * v; });
  expect(plan::Opcode::kLog, [](double v) { return std::log(v); });
}

TEST(FloatUnary, ExponentialsAndAbsoluteValuesOfNegatives) {
  const std::vector<float> x{-2.0F, -0.5F, 0.0F, 3.0F};
  for (const bool absolute : {true, false}) {
    PlanBuilder builder;
    MoverPlan<NoParams>{absolute ? plan::Opcode::kAbs : plan::Opcode::kExp,
                        {{{4}, ElementType::kFloat32}},
                        {{{4}, ElementType::kFloat32}},
                        {}}
        .add_to(builder);
    const auto y = run_plan_of<float>(builder, {x});
    ASSERT_EQ(y.size(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double v = static_cast<double>(x[i]);
      EXPECT_NEAR(static_cast<double>(y[i]), absolute ? std::abs(v) : std::exp(v), 1e-5);
    }
  }
}

}  // namespace
}  // namespace hil::engine::testing
