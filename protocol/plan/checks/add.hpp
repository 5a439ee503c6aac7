// SPDX-License-Identifier: Apache-2.0
// Checks of ADD.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Dimension @p i of @p rank after right alignment: 1 where the tensor has none.
constexpr std::int32_t aligned_dim(const TensorRecord& tensor, std::uint32_t i,
                                   std::uint32_t rank) {
  const std::uint32_t missing = rank - tensor.rank;
  return i < missing ? 1 : tensor.dims[i - missing];
}

/// numpy's rule: aligned at the right, dimensions are equal or one of them is 1.
constexpr bool broadcasts(const TensorRecord& a, const TensorRecord& b, const TensorRecord& y) {
  const std::uint32_t rank = a.rank > b.rank ? a.rank : b.rank;
  if (y.rank != rank) return false;
  for (std::uint32_t i = 0; i < rank; ++i) {
    const std::int32_t da = aligned_dim(a, i, rank), db = aligned_dim(b, i, rank);
    if (da != db && da != 1 && db != 1) return false;
    if (y.dims[i] != (da == 1 ? db : da)) return false;
  }
  return true;
}

inline Finding check_add(const OperatorScope& scope) {
  const TensorRecord a = scope.input(0), b = scope.input(1), y = scope.output(0);
  if (a.type != ElementType::kInt8) return scope.bad_input(Fault::kOperandType, 0);
  if (b.type != ElementType::kInt8) return scope.bad_input(Fault::kOperandType, 1);
  if (y.type != ElementType::kInt8) return scope.bad_output(Fault::kOperandType, 0);
  if (!broadcasts(a, b, y)) return scope.bad_output(Fault::kOperandShape, 0);
  const auto params = scope.op.params<AddParams>();
  if (!is_int8_zero_point(params.zero_point_a) || !is_int8_zero_point(params.zero_point_b) ||
      !is_int8_zero_point(params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  const Rescale rescales[] = {params.a, params.b, params.output};
  for (const Rescale& rescale : rescales) {
    const Fault fault = check_rescale(rescale, kMinShift, 0);
    if (fault != Fault::kNone) return Finding{.fault = fault};
  }
  const Fault range = check_activation(params.activation_min, params.activation_max);
  return Finding{.fault = range, .steps = element_count(y)};
}

}  // namespace hil::plan::checks
