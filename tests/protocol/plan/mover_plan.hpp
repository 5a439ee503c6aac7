// SPDX-License-Identifier: Apache-2.0
// Plans of one operator that moves or converts elements, with any operands.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "protocol/plan/view.hpp"
#include "tests/protocol/plan/plan_builder.hpp"

namespace hil::plan::testing {

struct Operand {
  std::vector<std::int32_t> dims;
  ElementType type = ElementType::kInt8;
};

/// A tensor of any number of dimensions at the next free place of the arena. @returns its index.
inline std::uint16_t add_operand(PlanBuilder& builder, const Operand& operand) {
  std::int32_t count = 1;
  for (const std::int32_t dim : operand.dims)
    count *= dim;
  const std::uint16_t index = builder.arena_tensor({count}, 0, 0.5f, operand.type);
  TensorRecord& record = builder.tensors[index];
  record.rank = static_cast<std::uint8_t>(operand.dims.size());
  record.dims[0] = 1;
  for (std::size_t i = 0; i < operand.dims.size(); ++i)
    record.dims[i] = operand.dims[i];
  return index;
}

/// One operator between arena tensors; all of them are inputs and outputs of the graph.
template <class Params>
struct MoverPlan {
  Opcode opcode;
  std::vector<Operand> inputs, outputs;
  Params params;

  void add_to(PlanBuilder& builder) const {
    std::vector<std::uint16_t> from, to;
    for (const Operand& operand : inputs)
      from.push_back(add_operand(builder, operand));
    for (const Operand& operand : outputs)
      to.push_back(add_operand(builder, operand));
    builder.op(opcode, from, to, params);
    builder.graph(from, to);
  }
  [[nodiscard]] Bytes build() const {
    PlanBuilder builder;
    add_to(builder);
    return builder.build();
  }
};

/// Of operators without parameters: an empty struct has one byte, which plans may carry.
struct NoParams {};

/// [2,3] into [4,5] of int16.
inline MoverPlan<PadParams> pad_plan() {
  return {Opcode::kPad,
          {{{2, 3}, ElementType::kInt16}},
          {{{4, 5}, ElementType::kInt16}},
          {{1, 2, 0, 0, 0, 0}, 7}};
}

/// [4,6] backwards in steps of 2 along its columns: [4,3].
inline MoverPlan<StridedViewParams> view_plan() {
  return {Opcode::kStridedSlice, {{{4, 6}}}, {{{4, 3}}}, {5, {6, -2, 0, 0, 0, 0}}};
}

/// [2,3] and [2,1] to [2,4].
inline MoverPlan<JoinParams> concatenation_plan() {
  return {Opcode::kConcatenation, {{{2, 3}}, {{2, 1}}}, {{{2, 4}}}, {2}};
}

/// [2,4] to twice [2,2].
inline MoverPlan<JoinParams> split_plan() {
  return {Opcode::kSplit, {{{2, 4}}}, {{{2, 2}}, {{2, 2}}}, {2}};
}

/// [1,2,2,3] to [1,3,4,3]; one table serves as rows and columns and has @p entries.
template <class T>
Bytes resize_plan(const MoverPlan<ResizeParams>& plan, const std::vector<T>& entries) {
  PlanBuilder builder;
  builder.constant(entries);
  plan.add_to(builder);
  return builder.build();
}
inline MoverPlan<ResizeParams> resize_operator(Opcode opcode) {
  return {opcode, {{{1, 2, 2, 3}}}, {{{1, 3, 4, 3}}}, {0, 0}};
}

inline MoverPlan<RequantiseParams> requantise_plan() {
  return {Opcode::kQuantize,
          {{{5}, ElementType::kInt32}},
          {{{5}, ElementType::kInt16}},
          {100000, -3, {1 << 30, kMaxShift}}};
}

}  // namespace hil::plan::testing
