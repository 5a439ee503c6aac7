// SPDX-License-Identifier: Apache-2.0
// Checks of SOFTMAX.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

inline Finding check_softmax(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != ElementType::kInt8) return scope.bad_input(Fault::kOperandType, 0);
  if (!is_short_integer(y.type)) return scope.bad_output(Fault::kOperandType, 0);
  if (x.rank < 1) return scope.bad_input(Fault::kOperandRank, 0);
  if (!same_shape(x, y)) return scope.bad_output(Fault::kOperandShape, 0);
  if (x.dims[x.rank - 1] > kMaxSoftmaxDepth) return scope.bad_input(Fault::kSoftmaxDepth, 0);
  const auto params = scope.op.params<SoftmaxParams>();
  const Fault fault = check_rescale(params.beta, 0, 31);
  if (fault != Fault::kNone) return Finding{.fault = fault};
  // 31 * 2^26 is the largest input of the fixed-point exponential (5 integer bits).
  constexpr std::int64_t kLargestInput = std::int64_t{31} << 26;
  if (params.diff_min != -(kLargestInput >> params.beta.shift)) {
    return Finding{.fault = Fault::kRescaleRange};
  }
  return Finding{.steps = std::uint64_t{element_count(y)} * 3};
}

inline bool is_int16_table(const PlanView& plan, std::uint32_t offset) {
  constexpr std::size_t kBytes = kInt16TableEntries * sizeof(std::int16_t);
  return offset % 4 == 0 && plan.constant(offset, kBytes).size() == kBytes;
}

inline Finding check_softmax_int16(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != ElementType::kInt16) return scope.bad_input(Fault::kOperandType, 0);
  if (y.type != ElementType::kInt16) return scope.bad_output(Fault::kOperandType, 0);
  if (x.rank < 1) return scope.bad_input(Fault::kOperandRank, 0);
  if (!same_shape(x, y)) return scope.bad_output(Fault::kOperandShape, 0);
  if (x.dims[x.rank - 1] > kMaxSoftmax16Depth) return scope.bad_input(Fault::kSoftmaxDepth, 0);
  const auto params = scope.op.params<Softmax16Params>();
  if (!is_int16_table(scope.plan, params.exp_offset) ||
      !is_int16_table(scope.plan, params.reciprocal_offset)) {
    return Finding{.fault = Fault::kLookupTable};
  }
  const Fault fault = check_rescale(params.beta, kMinShift, kMaxSoftmax16Shift);
  return Finding{.fault = fault, .steps = std::uint64_t{element_count(y)} * 3};
}

/// Exponentials are not negative, and that of the maximum is near 1: the sum has a reciprocal.
inline Fault check_softmax_int16_entries(const OperatorScope& scope) {
  const auto params = scope.op.params<Softmax16Params>();
  const auto table =
      scope.plan.constant(params.exp_offset, kInt16TableEntries * sizeof(std::int16_t));
  for (std::uint32_t i = 0; i < kInt16TableEntries; ++i) {
    const std::int32_t least = i + 2 >= kInt16TableEntries ? 1 << 14 : 0;
    if (load_at<std::int16_t>(table, i * sizeof(std::int16_t)) < least) return Fault::kLookupTable;
  }
  return Fault::kNone;
}

inline Finding check_softmax_float(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != ElementType::kFloat32) return scope.bad_input(Fault::kOperandType, 0);
  if (y.type != ElementType::kFloat32) return scope.bad_output(Fault::kOperandType, 0);
  if (x.rank < 1) return scope.bad_input(Fault::kOperandRank, 0);
  if (!same_shape(x, y)) return scope.bad_output(Fault::kOperandShape, 0);
  if (!is_scale(scope.op.params<FloatSoftmaxParams>().beta)) {
    return Finding{.fault = Fault::kRescaleRange};
  }
  return Finding{.steps = std::uint64_t{element_count(y)} * 3};
}

}  // namespace hil::plan::checks
