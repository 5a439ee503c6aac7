// SPDX-License-Identifier: Apache-2.0
// Checks of MAXIMUM, MINIMUM, REDUCE_MAX and ARG_MAX.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/mean.hpp"
#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

inline Finding check_extreme_pair(const OperatorScope& scope) {
  const TensorRecord a = scope.input(0), b = scope.input(1), y = scope.output(0);
  if (b.type != a.type) return scope.bad_input(Fault::kOperandType, 1);
  if (y.type != a.type) return scope.bad_output(Fault::kOperandType, 0);
  if (!broadcasts(a, b, y)) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = element_count(y)};
}

inline Finding check_reduce_max(const OperatorScope& scope) {
  return check_reduction(scope, scope.op.params<ReduceMaxParams>().axes);
}

/// Products of two 31-bit counts stay in 64 bits, so each is compared before the next.
inline Finding check_arg_max(const OperatorScope& scope) {
  const std::uint64_t inputs = element_count(scope.input(0));
  const std::uint64_t outputs = element_count(scope.output(0));
  if (scope.output(0).type != ElementType::kInt32) return scope.bad_output(Fault::kOperandType, 0);
  const auto params = scope.op.params<ArgMaxParams>();
  if (std::uint64_t{params.rows} * params.inner != outputs) {
    return scope.bad_output(Fault::kOperandShape, 0);
  }
  if (outputs * params.length != inputs) return scope.bad_input(Fault::kOperandShape, 0);
  return Finding{.steps = inputs};
}

}  // namespace hil::plan::checks
