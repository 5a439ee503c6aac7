// SPDX-License-Identifier: Apache-2.0
// Checks of RESHAPE and of the copies from and to variables.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

inline Finding check_reshape(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != y.type) return scope.bad_output(Fault::kOperandType, 0);
  if (element_count(x) != element_count(y)) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = element_count(y)};
}

inline Finding check_read_variable(const OperatorScope& scope) {
  if (scope.input(0).memory != Memory::kState) return scope.bad_input(Fault::kNotState, 0);
  return check_reshape(scope);
}

inline Finding check_assign_variable(const OperatorScope& scope) {
  if (scope.output(0).memory != Memory::kState) return scope.bad_output(Fault::kNotState, 0);
  return check_reshape(scope);
}

}  // namespace hil::plan::checks
