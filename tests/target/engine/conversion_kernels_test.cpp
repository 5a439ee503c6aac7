// SPDX-License-Identifier: Apache-2.0
// Resizes and conversions against wide integers and doubles.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "tests/protocol/plan/mover_plan.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::ElementType;
using plan::testing::PlanBuilder;

/// The output, as Out, of a plan of one operator between two tensors.
template <class Out, class In>
std::vector<Out> run_one(PlanBuilder& builder, const std::vector<In>& x) {
  const auto blob = builder.build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(builder.header.arena_bytes);
  PlanEngine engine;
  EXPECT_EQ(engine.load({model.bytes(), arena.bytes()}), StatusCode::kOk) << engine.refusal().text;
  if (!engine.validation().ok()) return {};
  EXPECT_EQ(engine.input(0).size(), x.size() * sizeof(In));
  std::memcpy(engine.input(0).data(), x.data(), x.size() * sizeof(In));
  EXPECT_EQ(engine.invoke({}), StatusCode::kOk);
  const auto output = engine.output(0);
  std::vector<Out> values(output.size() / sizeof(Out));
  std::memcpy(values.data(), output.data(), output.size());
  return values;
}

/// Random geometry of a resize.
struct ResizeDraw {
  int batch, height, width, depth, out_height, out_width;

  explicit ResizeDraw(Draw& draw)
      : batch(draw.integer(1, 2)),
        height(draw.integer(1, 5)),
        width(draw.integer(1, 5)),
        depth(draw.integer(1, 4)),
        out_height(draw.integer(1, 6)),
        out_width(draw.integer(1, 6)) {}

  /// Calls @p take with image, output row, output column and channel, in the output's order.
  template <class Take>
  void walk(const Take& take) const {
    for (int n = 0; n < batch; ++n) {
      for (int i = 0; i < out_height; ++i) {
        for (int j = 0; j < out_width; ++j) {
          for (int c = 0; c < depth; ++c)
            take(n, i, j, c);
        }
      }
    }
  }
  [[nodiscard]] std::size_t at(int n, int y, int x, int c) const {
    return static_cast<std::size_t>(((n * height + y) * width + x) * depth + c);
  }
  [[nodiscard]] std::size_t count() const { return at(batch, 0, 0, 0); }

  template <class T>
  PlanBuilder plan(plan::Opcode opcode, ElementType type, const std::vector<T>& rows,
                   const std::vector<T>& columns) const {
    PlanBuilder builder;
    plan::ResizeParams params{};
    params.rows_offset = builder.constant(rows);
    params.columns_offset = builder.constant(columns);
    plan::testing::MoverPlan<plan::ResizeParams>{opcode,
                                                 {{{batch, height, width, depth}, type}},
                                                 {{{batch, out_height, out_width, depth}, type}},
                                                 params}
        .add_to(builder);
    return builder;
  }
};

std::vector<std::uint16_t> draw_positions(Draw& draw, int entries, int size) {
  std::vector<std::uint16_t> positions;
  for (int i = 0; i < entries; ++i)
    positions.push_back(draw.u16(0, size - 1));
  return positions;
}

TEST(ResizeNearestNeighbor, TakesTheElementsOfItsTables) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    Draw draw(seed);
    const ResizeDraw drawn(draw);
    const auto rows = draw_positions(draw, drawn.out_height, drawn.height);
    const auto columns = draw_positions(draw, drawn.out_width, drawn.width);
    std::vector<std::int16_t> x(drawn.count()), expected;
    for (auto& value : x)
      value = static_cast<std::int16_t>(draw.integer(-32768, 32767));
    drawn.walk([&](int n, int i, int j, int c) {
      expected.push_back(x[drawn.at(n, rows[static_cast<std::size_t>(i)],
                                    columns[static_cast<std::size_t>(j)], c)]);
    });
    PlanBuilder builder =
        drawn.plan(plan::Opcode::kResizeNearestNeighbor, ElementType::kInt16, rows, columns);
    ASSERT_EQ(run_one<std::int16_t>(builder, x), expected) << "seed " << seed;
  }
}

std::vector<plan::ResizeTap> draw_taps(Draw& draw, int entries, int size) {
  std::vector<plan::ResizeTap> taps;
  for (int i = 0; i < entries; ++i) {
    const auto fraction = draw.one_in(4) ? (draw.one_in(2) ? 512 : 1023) : draw.integer(0, 1023);
    taps.push_back(
        {draw.u16(0, size - 1), draw.u16(0, size - 1), static_cast<std::uint32_t>(fraction)});
  }
  return taps;
}

/// @p take gives the input at a row and a column; fractions in units of 2^-10.
template <class Take>
std::int64_t blend(const plan::ResizeTap& row, const plan::ResizeTap& column, const Take& take) {
  const auto y = static_cast<std::int64_t>(row.fraction);
  const auto x = static_cast<std::int64_t>(column.fraction);
  return take(row.lower, column.lower) * (1024 - y) * (1024 - x) +
         take(row.upper, column.lower) * y * (1024 - x) +
         take(row.lower, column.upper) * (1024 - y) * x + take(row.upper, column.upper) * y * x;
}

TEST(ResizeBilinear, Int8RoundsTheBlendHalfAwayFromZero) {
  for (std::uint32_t seed = 300; seed < 600; ++seed) {
    Draw draw(seed);
    const ResizeDraw drawn(draw);
    const auto rows = draw_taps(draw, drawn.out_height, drawn.height);
    const auto columns = draw_taps(draw, drawn.out_width, drawn.width);
    const Values x = draw.values(drawn.count());
    Values expected;
    drawn.walk([&](int n, int i, int j, int c) {
      const std::int64_t sum =
          blend(rows[static_cast<std::size_t>(i)], columns[static_cast<std::size_t>(j)],
                [&](int y, int at) -> std::int64_t { return x[drawn.at(n, y, at, c)]; });
      expected.push_back(static_cast<std::int8_t>(naive_divide(sum, 20)));
    });
    PlanBuilder builder =
        drawn.plan(plan::Opcode::kResizeBilinear, ElementType::kInt8, rows, columns);
    ASSERT_EQ(run_one<std::int8_t>(builder, x), expected) << "seed " << seed;
  }
}

TEST(ResizeBilinear, Float32IsCloseToTheBlendInDouble) {
  for (std::uint32_t seed = 700; seed < 800; ++seed) {
    Draw draw(seed);
    const ResizeDraw drawn(draw);
    auto rows = draw_taps(draw, drawn.out_height, drawn.height);
    auto columns = draw_taps(draw, drawn.out_width, drawn.width);
    std::vector<float> x(drawn.count());
    for (float& value : x)
      value = static_cast<float>(draw.integer(-1000, 1000)) / 64.0F;
    std::vector<double> expected;
    drawn.walk([&](int n, int i, int j, int c) {
      const auto& row = rows[static_cast<std::size_t>(i)];
      const auto& column = columns[static_cast<std::size_t>(j)];
      const std::int64_t sum = blend(row, column, [&](int y, int at) {
        return std::llround(x[drawn.at(n, y, at, c)] * 64.0F);
      });
      expected.push_back(static_cast<double>(sum) / 1048576.0 / 64.0);
    });
    for (auto* taps : {&rows, &columns}) {
      for (plan::ResizeTap& tap : *taps)
        tap.fraction = std::bit_cast<std::uint32_t>(static_cast<float>(tap.fraction) / 1024.0F);
    }
    PlanBuilder builder =
        drawn.plan(plan::Opcode::kResizeBilinear, ElementType::kFloat32, rows, columns);
    const auto y = run_one<float>(builder, x);
    ASSERT_EQ(y.size(), expected.size());
    for (std::size_t i = 0; i < y.size(); ++i)
      ASSERT_NEAR(static_cast<double>(y[i]), expected[i], 2e-5) << "seed " << seed;
  }
}

/// A plan of one conversion of @p count elements; scale and zero point are those of both tensors.
template <class Params>
PlanBuilder conversion(plan::Opcode opcode, ElementType from, ElementType to, std::size_t count,
                       const Params& params, float scale = 1.0F, std::int32_t zero_point = 0) {
  PlanBuilder builder;
  const auto elements = static_cast<std::int32_t>(count);
  plan::testing::MoverPlan<Params>{opcode, {{{elements}, from}}, {{{elements}, to}}, params}.add_to(
      builder);
  for (plan::TensorRecord& tensor : builder.tensors) {
    tensor.scale = scale;
    tensor.zero_point = tensor.type == ElementType::kFloat32 ? 0 : zero_point;
  }
  return builder;
}

template <class T>
constexpr ElementType type_of() {
  return sizeof(T) == 1   ? ElementType::kInt8
         : sizeof(T) == 2 ? ElementType::kInt16
                          : ElementType::kInt32;
}

template <class T>
T draw_integer(Draw& draw) {
  const int kind = draw.integer(0, 9);
  if (kind == 0) return std::numeric_limits<T>::min();
  if (kind == 1) return std::numeric_limits<T>::max();
  const std::int64_t any =
      std::int64_t{draw.integer(-32768, 32767)} * 65536 + draw.integer(0, 65535);
  return static_cast<T>(sizeof(T) == 4 ? any / 8 : any >> 4);
}

template <class In, class Out>
void check_requantisation(std::uint32_t seed) {
  Draw draw(seed);
  plan::RequantiseParams params{};
  params.input_zero_point = draw.zero_point();
  params.output_zero_point = draw.zero_point();
  params.rescale = {draw.integer(1 << 30, 2147483647), draw.integer(-20, 0)};
  if (sizeof(In) == 1) params.rescale.shift += draw.integer(0, 22);
  std::vector<In> x(100);
  std::vector<Out> expected;
  for (In& value : x) {
    value = draw_integer<In>(draw);
    // The difference wraps in 32 bits, where only int32 inputs can bring it.
    const auto difference =
        static_cast<std::int32_t>(std::int64_t{value} - params.input_zero_point);
    const std::int64_t scaled =
        naive_rescale(difference, params.rescale.multiplier, params.rescale.shift);
    expected.push_back(static_cast<Out>(std::clamp<std::int64_t>(scaled + params.output_zero_point,
                                                                 std::numeric_limits<Out>::min(),
                                                                 std::numeric_limits<Out>::max())));
  }
  PlanBuilder builder =
      conversion(plan::Opcode::kQuantize, type_of<In>(), type_of<Out>(), x.size(), params);
  ASSERT_EQ(run_one<Out>(builder, x), expected) << "seed " << seed;
}

TEST(Quantize, RescalesIntegersOfEveryPair) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    check_requantisation<std::int8_t, std::int8_t>(seed);
    check_requantisation<std::int8_t, std::int16_t>(seed);
    check_requantisation<std::int8_t, std::int32_t>(seed);
    check_requantisation<std::int16_t, std::int8_t>(seed);
    check_requantisation<std::int16_t, std::int16_t>(seed);
    check_requantisation<std::int16_t, std::int32_t>(seed);
    check_requantisation<std::int32_t, std::int8_t>(seed);
    check_requantisation<std::int32_t, std::int16_t>(seed);
  }
}

TEST(Quantize, RescalesInPlace) {
  PlanBuilder builder;
  const auto x = builder.arena_tensor({3});
  builder.op(plan::Opcode::kQuantize, {x}, {x}, plan::RequantiseParams{0, 1, {1 << 30, 2}});
  builder.graph({x}, {x});
  EXPECT_EQ(run_plan(builder, {{-100, 0, 5}}), (Values{-128, 1, 11}));
}

template <class Out>
void check_from_float(std::uint32_t seed) {
  Draw draw(seed);
  const float scale = static_cast<float>(draw.integer(1, 1000)) / 512.0F;
  const std::int32_t zero_point = draw.zero_point();
  std::vector<float> x{0.0F,      -0.0F,      1e30F,  -1e30F,    INFINITY,  -INFINITY,
                       131072.0F, -131072.0F, 1e-40F, scale / 2, -scale / 2};
  for (int i = 0; i < 100; ++i)
    x.push_back(static_cast<float>(draw.integer(-70000, 70000)) * scale / 2);
  std::vector<Out> expected;
  for (const float value : x) {
    const double steps = std::round(static_cast<double>(value / scale)) + zero_point;
    expected.push_back(static_cast<Out>(std::clamp<double>(steps, std::numeric_limits<Out>::min(),
                                                           std::numeric_limits<Out>::max())));
  }
  PlanBuilder builder = conversion(plan::Opcode::kQuantize, ElementType::kFloat32, type_of<Out>(),
                                   x.size(), plan::testing::NoParams{}, scale, zero_point);
  ASSERT_EQ(run_one<Out>(builder, x), expected) << "seed " << seed;
}

TEST(Quantize, RoundsFloatsHalfAwayFromZeroAndSaturates) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    check_from_float<std::int8_t>(seed);
    check_from_float<std::int16_t>(seed);
  }
}

TEST(Quantize, OfNotANumberIsTheZeroPoint) {
  PlanBuilder builder = conversion(plan::Opcode::kQuantize, ElementType::kFloat32,
                                   ElementType::kInt8, 2, plan::testing::NoParams{}, 0.5F, 9);
  EXPECT_EQ(run_one<std::int8_t>(builder, std::vector<float>{NAN, 1.0F}), (Values{9, 11}));
}

template <class In>
void check_to_float(std::uint32_t seed) {
  Draw draw(seed);
  const float scale = static_cast<float>(draw.integer(1, 1 << 24)) / 1048573.0F;
  const std::int32_t zero_point = draw.zero_point();
  std::vector<In> x;
  std::vector<float> expected;
  for (int i = 0; i < 200; ++i) {
    x.push_back(draw_integer<In>(draw));
    expected.push_back(static_cast<float>(static_cast<double>(scale) * (x.back() - zero_point)));
  }
  PlanBuilder builder = conversion(plan::Opcode::kDequantize, type_of<In>(), ElementType::kFloat32,
                                   x.size(), plan::testing::NoParams{}, scale, zero_point);
  ASSERT_EQ(run_one<float>(builder, x), expected) << "seed " << seed;
}

TEST(Dequantize, IsTheProductInDoubleRoundedOnce) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    check_to_float<std::int8_t>(seed);
    check_to_float<std::int16_t>(seed);
  }
}

}  // namespace
}  // namespace hil::engine::testing
