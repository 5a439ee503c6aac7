// SPDX-License-Identifier: Apache-2.0
// Conversions from and to uint8.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/protocol/plan/mover_plan.hpp"
#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::ElementType;
using plan::testing::MoverPlan;
using plan::testing::PlanBuilder;

/// What one operator makes of @p x; its output has elements of Out.
template <class Out, class Params>
std::vector<Out> convert(plan::Opcode opcode, ElementType from, ElementType to,
                         const Params& params, const std::vector<std::uint8_t>& x,
                         float scale = 0.5F, std::int32_t zero_point = 0) {
  PlanBuilder builder;
  const auto count = static_cast<std::int32_t>(x.size());
  MoverPlan<Params>{opcode, {{{count}, from}}, {{{count}, to}}, params}.add_to(builder);
  builder.tensors[0].scale = scale;
  builder.tensors[0].zero_point = zero_point;
  const auto blob = builder.build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(builder.header.arena_bytes);
  PlanEngine engine;
  EXPECT_EQ(engine.load({model.bytes(), arena.bytes()}), StatusCode::kOk) << engine.refusal().text;
  if (!engine.validation().ok()) return {};
  std::copy(x.begin(), x.end(), engine.input(0).begin());
  EXPECT_EQ(engine.invoke({}), StatusCode::kOk);
  std::vector<Out> y(engine.output(0).size() / sizeof(Out));
  std::memcpy(y.data(), engine.output(0).data(), engine.output(0).size());
  return y;
}

std::vector<std::uint8_t> every_byte() {
  std::vector<std::uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(QuantizeUint8, ToInt8OfTheSameScaleFlipsTheSignBit) {
  const auto x = every_byte();
  const auto y =
      convert<std::uint8_t>(plan::Opcode::kQuantize, ElementType::kUint8, ElementType::kInt8,
                            plan::RequantiseParams{128, 0, {1 << 30, 1}}, x, 0.5F, 128);
  ASSERT_EQ(y.size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_EQ(y[i], x[i] ^ 0x80U) << i;
}

TEST(QuantizeUint8, RescalesAndSaturatesBothWays) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    Draw draw(seed);
    plan::RequantiseParams params{};
    params.rescale = {draw.integer(1 << 30, 2147483647), draw.integer(-3, 3)};
    params.input_zero_point = draw.integer(0, 127);
    params.output_zero_point = draw.integer(0, 127);
    const auto rescaled = [&params](int value) {
      return naive_rescale(value - params.input_zero_point, params.rescale.multiplier,
                           params.rescale.shift) +
             params.output_zero_point;
    };
    const auto x = every_byte();
    const auto down = convert<std::int8_t>(plan::Opcode::kQuantize, ElementType::kUint8,
                                           ElementType::kInt8, params, x);
    const auto up = convert<std::uint8_t>(plan::Opcode::kQuantize, ElementType::kInt8,
                                          ElementType::kUint8, params, x);
    ASSERT_EQ(down.size() + up.size(), 512U);
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_EQ(down[i], std::clamp<std::int64_t>(rescaled(x[i]), -128, 127)) << seed;
      ASSERT_EQ(up[i], std::clamp<std::int64_t>(rescaled(static_cast<std::int8_t>(x[i])), 0, 255))
          << seed;
    }
  }
}

TEST(DequantizeUint8, IsTheProduct) {
  const auto x = every_byte();
  const auto y = convert<float>(plan::Opcode::kDequantize, ElementType::kUint8,
                                ElementType::kFloat32, plan::testing::NoParams{}, x, 0.1F, 200);
  ASSERT_EQ(y.size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double product = static_cast<double>(0.1F) * (static_cast<int>(i) - 200);
    EXPECT_EQ(y[i], static_cast<float>(product)) << i;
  }
}

TEST(ReshapeUint8, Copies) {
  const auto x = every_byte();
  EXPECT_EQ(convert<std::uint8_t>(plan::Opcode::kReshape, ElementType::kUint8, ElementType::kUint8,
                                  plan::testing::NoParams{}, x),
            x);
}

}  // namespace
}  // namespace hil::engine::testing
