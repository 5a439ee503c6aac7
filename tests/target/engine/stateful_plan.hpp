// SPDX-License-Identifier: Apache-2.0
// A plan of one operator that keeps state, run several times by one engine.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <utility>
#include <vector>

#include "target/engine/plan_engine.hpp"
#include "tests/protocol/plan/plan_builder.hpp"
#include "tests/target/engine/aligned_bytes.hpp"

namespace hil::engine::testing {

/// Adds tensors as the operator needs them; T is the type of the one input and of the output.
class StatefulPlan {
 public:
  plan::testing::PlanBuilder builder;

  StatefulPlan() {
    builder.header.features |= plan::kFeatureState | plan::kFeatureInt16 | plan::kFeatureFloat32;
  }

  /// A state tensor every byte of which starts as @p fill.
  std::uint16_t state(std::initializer_list<std::int32_t> dims, plan::ElementType type,
                      std::uint8_t fill) {
    const auto index = builder.tensor(dims, plan::Memory::kState, builder.header.state_bytes, type);
    const auto bytes = static_cast<std::uint32_t>(plan::tensor_bytes(builder.tensors[index]));
    builder.header.state_bytes += (bytes + 3) / 4 * 4;
    builder.states.push_back({index, fill, 0, 0});
    return index;
  }
  /// Constants of int16, which the builder does not know.
  std::uint16_t short_constants(std::initializer_list<std::int32_t> dims,
                                const std::vector<std::int16_t>& values) {
    return builder.tensor(dims, plan::Memory::kConstant, builder.constant(values),
                          plan::ElementType::kInt16);
  }
};

/// The first outputs of one engine for @p inputs, one inference after the other, then for the first
/// of them again after a reset; fails the test if the plan does not run.
template <class T>
std::vector<std::vector<T>> run_in_a_row(StatefulPlan& plan,
                                         const std::vector<std::vector<T>>& inputs) {
  const auto blob = plan.builder.build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(plan.builder.header.arena_bytes + plan.builder.header.state_bytes);
  PlanEngine engine;
  const StatusCode status = engine.load({model.bytes(), arena.bytes()});
  EXPECT_EQ(status, StatusCode::kOk)
      << engine.refusal().text << ", tensor " << engine.refusal().tensor_index;
  if (status != StatusCode::kOk) return {};
  std::vector<std::vector<T>> outputs;
  for (std::size_t i = 0; i <= inputs.size(); ++i) {
    const bool is_last = i == inputs.size();
    if (is_last) engine.reset_state();
    const std::vector<T>& input = inputs[is_last ? 0 : i];
    EXPECT_EQ(engine.input(0).size(), input.size() * sizeof(T));
    std::memcpy(engine.input(0).data(), input.data(), input.size() * sizeof(T));
    EXPECT_EQ(engine.invoke({}), StatusCode::kOk);
    std::vector<T> values(engine.output(0).size() / sizeof(T));
    std::memcpy(values.data(), engine.output(0).data(), engine.output(0).size());
    outputs.push_back(std::move(values));
  }
  return outputs;
}

}  // namespace hil::engine::testing
