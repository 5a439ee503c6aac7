// SPDX-License-Identifier: Apache-2.0
// ADD, SUB and MUL against the plain ones, with broadcasting.
#include <gtest/gtest.h>

#include <functional>

#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::PlanBuilder;
using Dims = std::vector<int>;

/// One operator with drawn parameters: puts itself into a plan, and says what a pair gives.
struct Pair {
  std::function<void(PlanBuilder&, std::uint16_t a, std::uint16_t b, std::uint16_t y)> append;
  std::function<std::int8_t(std::int8_t, std::int8_t)> combine;
};

template <class Params>
void draw_common(Draw& draw, Params& params) {
  params.zero_point_a = draw.zero_point();
  params.zero_point_b = draw.zero_point();
  params.output_zero_point = draw.zero_point();
  draw.range(params);
}

template <class Params, class Naive>
Pair make_pair(plan::Opcode opcode, const Params& params, Naive naive) {
  return {[=](PlanBuilder& builder, std::uint16_t a, std::uint16_t b, std::uint16_t y) {
            builder.op(opcode, {a, b}, {y}, params);
          },
          [=](std::int8_t a, std::int8_t b) { return naive(a, b, params); }};
}

Pair draw_pair(plan::Opcode opcode, Draw& draw) {
  if (opcode == plan::Opcode::kMul) {
    plan::MulParams params{};
    draw_common(draw, params);
    params.output = {draw.integer(1 << 30, 2147483647), draw.integer(-12, 2)};
    return make_pair(opcode, params, naive_mul);
  }
  plan::AddParams params{};
  draw_common(draw, params);
  params.a = {draw.integer(1 << 30, 2147483647), draw.integer(-3, 0)};
  params.b = {draw.integer(1 << 30, 2147483647), draw.integer(-3, 0)};
  params.output = {draw.integer(1 << 30, 2147483647), draw.integer(-20, -17)};
  return make_pair(opcode, params, opcode == plan::Opcode::kAdd ? naive_add : naive_sub);
}

/// Index into a tensor of @p dims for position @p at of the output, with numpy's rule.
std::size_t broadcast_index(const Dims& dims, const Dims& at) {
  std::size_t index = 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const int position = at[at.size() - dims.size() + i];
    index = index * static_cast<std::size_t>(dims[i]) +
            static_cast<std::size_t>(dims[i] == 1 ? 0 : position);
  }
  return index;
}

std::size_t count(const Dims& dims) {
  std::size_t product = 1;
  for (const int dim : dims)
    product *= static_cast<std::size_t>(dim);
  return product;
}

Values plain_pairs(const Pair& pair, const Values& a, const Dims& a_dims, const Values& b,
                   const Dims& b_dims, const Dims& y_dims) {
  Values y(count(y_dims));
  for (std::size_t i = 0; i < y.size(); ++i) {
    Dims at(y_dims.size());
    std::size_t rest = i;
    for (std::size_t d = y_dims.size(); d-- > 0;) {
      at[d] = static_cast<int>(rest % static_cast<std::size_t>(y_dims[d]));
      rest /= static_cast<std::size_t>(y_dims[d]);
    }
    y[i] = pair.combine(a[broadcast_index(a_dims, at)], b[broadcast_index(b_dims, at)]);
  }
  return y;
}

std::uint16_t tensor_of(PlanBuilder& builder, const Dims& dims) {
  const auto index = builder.arena_tensor({static_cast<std::int32_t>(count(dims))});
  plan::TensorRecord& record = builder.tensors[index];
  record.rank = static_cast<std::uint8_t>(dims.size());
  record.dims[0] = 1;
  for (std::size_t i = 0; i < dims.size(); ++i)
    record.dims[i] = dims[i];
  return index;
}

/// Output dimensions, and those of two inputs that broadcast to them.
struct Shapes {
  Dims a, b, y;

  explicit Shapes(Draw& draw) : y(static_cast<std::size_t>(draw.integer(0, 6))) {
    for (int& dim : y)
      dim = draw.integer(1, 4);
    a = b = y;
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (draw.one_in(4)) (draw.one_in(2) ? a : b)[i] = 1;
    }
    Dims& shorter = draw.one_in(2) ? a : b;
    const Dims& full = &shorter == &a ? b : a;
    std::size_t missing = 0;  // leading dimensions that the other input has in full
    while (missing < y.size() && full[missing] == y[missing] && draw.one_in(2))
      ++missing;
    shorter.erase(shorter.begin(), shorter.begin() + static_cast<std::ptrdiff_t>(missing));
  }
};

class PairKernel : public ::testing::TestWithParam<plan::Opcode> {};

TEST_P(PairKernel, MatchesThePlainOneWithBroadcasting) {
  for (std::uint32_t seed = 500; seed < 900; ++seed) {
    Draw draw(seed);
    const Shapes shapes(draw);
    const Values a = draw.values(count(shapes.a)), b = draw.values(count(shapes.b));
    const Pair pair = draw_pair(GetParam(), draw);
    PlanBuilder builder;
    const auto ta = tensor_of(builder, shapes.a), tb = tensor_of(builder, shapes.b);
    const auto ty = tensor_of(builder, shapes.y);
    pair.append(builder, ta, tb, ty);
    builder.graph({ta, tb}, {ty});
    ASSERT_EQ(run_plan(builder, {a, b}), plain_pairs(pair, a, shapes.a, b, shapes.b, shapes.y))
        << "seed " << seed;
  }
}

TEST_P(PairKernel, GivesEveryPairOfValuesInPlace) {
  Draw draw(77);
  const Pair pair = draw_pair(GetParam(), draw);
  Values a(65536), b(65536), expected(65536);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<std::int8_t>(static_cast<int>(i % 256) - 128);
    b[i] = static_cast<std::int8_t>(static_cast<int>(i / 256) - 128);
    expected[i] = pair.combine(a[i], b[i]);
  }
  PlanBuilder builder;
  const auto ta = builder.arena_tensor({65536});
  const auto tb = builder.arena_tensor({65536});
  pair.append(builder, ta, tb, tb);  // over the second input
  builder.graph({ta, tb}, {tb});
  EXPECT_EQ(run_plan(builder, {a, b}), expected);
}

INSTANTIATE_TEST_SUITE_P(Operators, PairKernel,
                         ::testing::Values(plan::Opcode::kAdd, plan::Opcode::kSub,
                                           plan::Opcode::kMul),
                         [](const auto& tested) {
                           const bool is_add = tested.param == plan::Opcode::kAdd;
                           return is_add                               ? "Add"
                                  : tested.param == plan::Opcode::kSub ? "Sub"
                                                                       : "Mul";
                         });

}  // namespace
}  // namespace hil::engine::testing
