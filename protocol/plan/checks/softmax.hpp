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
  if (y.type != ElementType::kInt8) return scope.bad_output(Fault::kOperandType, 0);
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
