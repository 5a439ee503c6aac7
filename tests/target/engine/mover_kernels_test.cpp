// SPDX-License-Identifier: Apache-2.0
// Operators that move elements against the plainest walk over coordinates, for every element size.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/protocol/plan/mover_plan.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::PlanBuilder;
using Bytes = std::vector<std::uint8_t>;
using Dims = std::vector<std::int32_t>;
/// Elements as their bits, whatever their type.
using Bits = std::vector<std::uint32_t>;

constexpr plan::ElementType kTypes[] = {plan::ElementType::kInt8, plan::ElementType::kInt16,
                                        plan::ElementType::kInt32, plan::ElementType::kFloat32};

Bytes bytes_of(const Bits& bits, plan::ElementType type) {
  const std::size_t size = plan::element_bytes(type);
  Bytes bytes(bits.size() * size);
  for (std::size_t i = 0; i < bits.size(); ++i)
    std::memcpy(&bytes[i * size], &bits[i], size);
  return bytes;
}

/// All outputs of the plan in @p builder; fails the test if it does not run.
std::vector<Bytes> run_all(PlanBuilder& builder, const std::vector<Bytes>& inputs) {
  const auto blob = builder.build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(builder.header.arena_bytes);
  PlanEngine engine;
  EXPECT_EQ(engine.load({model.bytes(), arena.bytes()}), StatusCode::kOk) << engine.refusal().text;
  if (!engine.validation().ok()) return {};
  for (std::uint32_t i = 0; i < inputs.size(); ++i)
    std::memcpy(engine.input(i).data(), inputs[i].data(), inputs[i].size());
  EXPECT_EQ(engine.invoke({}), StatusCode::kOk);
  std::vector<Bytes> outputs;
  for (std::uint32_t i = 0; i < engine.output_count(); ++i) {
    const auto output = engine.output(i);
    outputs.emplace_back(output.begin(), output.end());
  }
  return outputs;
}

std::size_t count_of(const Dims& dims) {
  std::size_t count = 1;
  for (const std::int32_t dim : dims)
    count *= static_cast<std::size_t>(dim);
  return count;
}

/// The coordinates of element @p index.
Dims coordinates(const Dims& dims, std::size_t index) {
  Dims at(dims.size());
  for (std::size_t i = dims.size(); i-- > 0;) {
    at[i] = static_cast<std::int32_t>(index % static_cast<std::size_t>(dims[i]));
    index /= static_cast<std::size_t>(dims[i]);
  }
  return at;
}

std::size_t index_of(const Dims& dims, const Dims& at) {
  std::size_t index = 0;
  for (std::size_t i = 0; i < dims.size(); ++i)
    index = index * static_cast<std::size_t>(dims[i]) + static_cast<std::size_t>(at[i]);
  return index;
}

Bits draw_bits(Draw& draw, std::size_t count, plan::ElementType type) {
  const std::uint32_t mask = 0xFFFF'FFFFu >> (32 - 8 * plan::element_bytes(type));
  Bits bits(count);
  for (std::uint32_t& value : bits)
    value = (static_cast<std::uint32_t>(draw.integer(0, 0xFFFF)) * 65537u + 99u) & mask;
  return bits;
}

Dims draw_dims(Draw& draw, int most_dimensions, int largest) {
  Dims dims(static_cast<std::size_t>(draw.integer(0, most_dimensions)));
  for (std::int32_t& dim : dims)
    dim = draw.integer(1, largest);
  return dims;
}

TEST(Pad, MatchesTheWalkOverCoordinates) {
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    Draw draw(seed);
    const plan::ElementType type = kTypes[draw.integer(0, 3)];
    const Dims in = draw_dims(draw, 6, 4);
    Dims out = in;
    plan::PadParams params{};
    for (std::size_t i = 0; i < in.size(); ++i) {
      params.before[i] = draw.one_in(2) ? 0 : draw.integer(0, 2);
      out[i] += params.before[i] + (draw.one_in(2) ? 0 : draw.integer(0, 2));
    }
    const Bits x = draw_bits(draw, count_of(in), type);
    params.fill = draw_bits(draw, 1, type)[0];
    Bits expected(count_of(out));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      Dims at = coordinates(out, i);
      bool inside = true;
      for (std::size_t d = 0; d < at.size(); ++d) {
        at[d] -= params.before[d];
        inside = inside && at[d] >= 0 && at[d] < in[d];
      }
      expected[i] = inside ? x[index_of(in, at)] : params.fill;
    }
    PlanBuilder builder;
    plan::testing::MoverPlan<plan::PadParams>{
        plan::Opcode::kPad, {{in, type}}, {{out, type}}, params}
        .add_to(builder);
    ASSERT_EQ(run_all(builder, {bytes_of(x, type)}).at(0), bytes_of(expected, type))
        << "seed " << seed;
  }
}

TEST(StridedView, MatchesTheWalkOverCoordinates) {
  for (std::uint32_t seed = 1000; seed < 1600; ++seed) {
    Draw draw(seed);
    const plan::ElementType type = kTypes[draw.integer(0, 3)];
    const Dims out = draw_dims(draw, 6, 4);
    plan::StridedViewParams params{};
    std::int32_t highest = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      params.strides[i] = draw.integer(-4, 4) * draw.integer(1, 3);
      const std::int32_t reach = (out[i] - 1) * params.strides[i];
      if (reach < 0) params.offset -= reach;
      highest += reach > 0 ? reach : 0;
    }
    const std::int32_t needed = params.offset + highest + 1;
    const Bits x = draw_bits(draw, static_cast<std::size_t>(needed), type);
    Bits expected(count_of(out));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Dims at = coordinates(out, i);
      std::int32_t from = params.offset;
      for (std::size_t d = 0; d < at.size(); ++d)
        from += at[d] * params.strides[d];
      expected[i] = x[static_cast<std::size_t>(from)];
    }
    PlanBuilder builder;
    plan::testing::MoverPlan<plan::StridedViewParams>{
        plan::Opcode::kTranspose, {{{needed}, type}}, {{out, type}}, params}
        .add_to(builder);
    ASSERT_EQ(run_all(builder, {bytes_of(x, type)}).at(0), bytes_of(expected, type))
        << "seed " << seed;
  }
}

/// Parts of a tensor along an axis.
struct Parts {
  Dims whole;
  std::vector<Dims> parts;
  Bits whole_bits;
  std::vector<Bits> part_bits;
  std::uint32_t rows = 1;

  Parts(Draw& draw, plan::ElementType type) : whole(draw_dims(draw, 5, 4)) {
    whole.push_back(1);
    const auto axis = static_cast<std::size_t>(draw.integer(0, static_cast<int>(whole.size()) - 1));
    parts.assign(static_cast<std::size_t>(draw.integer(1, 5)), whole);
    whole[axis] = 0;
    for (Dims& part : parts)
      whole[axis] += part[axis] = draw.integer(1, 4);
    whole_bits = draw_bits(draw, count_of(whole), type);
    std::int32_t first = 0;
    for (const Dims& part : parts) {
      Bits bits(count_of(part));
      for (std::size_t i = 0; i < bits.size(); ++i) {
        Dims at = coordinates(part, i);
        at[axis] += first;
        bits[i] = whole_bits[index_of(whole, at)];
      }
      first += part[axis];
      part_bits.push_back(bits);
    }
    for (std::size_t d = 0; d < axis; ++d)
      rows *= static_cast<std::uint32_t>(whole[d]);
  }
};

TEST(Join, PutsTogetherAndTakesApart) {
  for (std::uint32_t seed = 2000; seed < 2300; ++seed) {
    Draw draw(seed);
    const plan::ElementType type = kTypes[draw.integer(0, 3)];
    const Parts drawn(draw, type);
    const Bytes whole = bytes_of(drawn.whole_bits, type);
    std::vector<plan::testing::Operand> parts;
    std::vector<Bytes> contents;
    for (std::size_t i = 0; i < drawn.parts.size(); ++i) {
      parts.push_back({drawn.parts[i], type});
      contents.push_back(bytes_of(drawn.part_bits[i], type));
    }
    const plan::JoinParams params{drawn.rows};
    PlanBuilder joins, splits;
    using Plan = plan::testing::MoverPlan<plan::JoinParams>;
    Plan{plan::Opcode::kConcatenation, parts, {{drawn.whole, type}}, params}.add_to(joins);
    Plan{plan::Opcode::kSplit, {{drawn.whole, type}}, parts, params}.add_to(splits);
    ASSERT_EQ(run_all(joins, contents).at(0), whole) << "seed " << seed;
    ASSERT_EQ(run_all(splits, {whole}), contents) << "seed " << seed;
  }
}

TEST(Join, TakesOneTensorSeveralTimes) {
  PlanBuilder builder;
  const auto x = builder.arena_tensor({2, 2}), y = builder.arena_tensor({2, 4});
  builder.op(plan::Opcode::kConcatenation, {x, x}, {y}, plan::JoinParams{2});
  builder.graph({x}, {y});
  EXPECT_EQ(run_plan(builder, {{1, 2, 3, 4}}), (Values{1, 2, 1, 2, 3, 4, 3, 4}));
}

TEST(Squeeze, CopiesAsReshapeDoes) {
  for (const auto opcode : {plan::Opcode::kSqueeze, plan::Opcode::kExpandDims}) {
    PlanBuilder builder;
    plan::testing::MoverPlan<plan::testing::NoParams>{
        opcode, {{{1, 3, 1}, plan::ElementType::kInt32}}, {{{3, 1}, plan::ElementType::kInt32}}, {}}
        .add_to(builder);
    const Bytes values = bytes_of({1, 0xFFFF'FFFF, 0x8000'0000}, plan::ElementType::kInt32);
    EXPECT_EQ(run_all(builder, {values}).at(0), values);
  }
}

}  // namespace
}  // namespace hil::engine::testing
