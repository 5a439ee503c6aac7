// SPDX-License-Identifier: Apache-2.0
// Runs a plan of one graph through a PlanEngine, in memory of exactly the size it asks for.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "target/engine/plan_engine.hpp"
#include "tests/protocol/plan/plan_builder.hpp"
#include "tests/target/engine/aligned_bytes.hpp"
#include "tests/target/engine/naive.hpp"

namespace hil::engine::testing {

using Values = std::vector<std::int8_t>;

/// The first output of the plan in @p builder for @p inputs; fails the test if it does
/// not run. @p T is the element type of all inputs and of the output.
template <class T>
std::vector<T> run_plan_of(plan::testing::PlanBuilder& builder,
                           const std::vector<std::vector<T>>& inputs) {
  const auto blob = builder.build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(builder.header.arena_bytes);
  PlanEngine engine;
  const StatusCode status = engine.load({model.bytes(), arena.bytes()});
  EXPECT_EQ(status, StatusCode::kOk)
      << engine.refusal().text << ", tensor " << engine.refusal().tensor_index;
  if (status != StatusCode::kOk) return {};
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(engine.input(i).size(), inputs[i].size() * sizeof(T));
    std::memcpy(engine.input(i).data(), inputs[i].data(), inputs[i].size() * sizeof(T));
  }
  EXPECT_EQ(engine.invoke({}), StatusCode::kOk);
  const auto output = engine.output(0);
  std::vector<T> values(output.size() / sizeof(T));
  std::memcpy(values.data(), output.data(), output.size());
  return values;
}

/// The same for int8.
inline Values run_plan(plan::testing::PlanBuilder& builder, const std::vector<Values>& inputs) {
  return run_plan_of<std::int8_t>(builder, inputs);
}

/// Seeded draws for shapes and parameters.
class Draw {
 public:
  explicit Draw(std::uint32_t seed) : random_(seed) {}

  /// Any of low .. high.
  int integer(int low, int high) {
    const auto span = static_cast<std::uint32_t>(high - low) + 1;
    return low + static_cast<int>(random_() % span);
  }
  bool one_in(int n) { return integer(1, n) == 1; }
  std::uint16_t u16(int low, int high) { return static_cast<std::uint16_t>(integer(low, high)); }
  /// Often an extreme one.
  std::int32_t zero_point() {
    const int kind = integer(0, 5);
    return kind == 0 ? -128 : kind == 1 ? 127 : kind == 2 ? 0 : integer(-128, 127);
  }
  Values values(std::size_t count) {
    const bool extremes = one_in(6);
    Values drawn(count);
    for (std::int8_t& value : drawn) {
      const int any = integer(-128, 127);
      value = static_cast<std::int8_t>(extremes ? (any < 0 ? -128 : 127) : any);
    }
    return drawn;
  }
  /// Multipliers near 1 / (typical sum of @p taps products), so that outputs spread over int8.
  Channels channels(int count, int taps) {
    Channels drawn;
    const bool bias = !one_in(3);
    const int scale = 8 + static_cast<int>(std::bit_width(static_cast<unsigned>(taps))) / 2;
    for (int c = 0; c < count; ++c) {
      if (bias) drawn.bias.push_back(integer(-20000, 20000));
      const bool vanishes = one_in(40);
      drawn.multipliers.push_back(vanishes ? 0 : integer(1 << 30, 2147483647));
      drawn.shifts.push_back(static_cast<std::int8_t>(vanishes ? 0 : integer(-3, 3) - scale));
    }
    return drawn;
  }
  template <class Params>
  void range(Params& params) {
    params.activation_min = one_in(2) ? -128 : integer(-128, 0);
    params.activation_max = one_in(2) ? 127 : integer(params.activation_min, 127);
  }

 private:
  std::mt19937 random_;
};

/// Puts the tables and the bias of @p channels into @p builder. @returns the bias tensor or none.
template <class Params>
std::uint16_t add_channels(plan::testing::PlanBuilder& builder, const Channels& channels,
                           Params& params) {
  params.multiplier_offset = builder.constant(channels.multipliers);
  params.shift_offset = builder.constant(channels.shifts);
  if (channels.bias.empty()) return plan::kNoTensor;
  return builder.constant_tensor({static_cast<std::int32_t>(channels.bias.size())}, channels.bias);
}

}  // namespace hil::engine::testing
