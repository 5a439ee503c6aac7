// SPDX-License-Identifier: Apache-2.0
// Checks of float32 operators on single values.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Whatever number a parameter is, it does no harm.
inline Finding check_float_unary(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != ElementType::kFloat32) return scope.bad_input(Fault::kOperandType, 0);
  if (y.type != ElementType::kFloat32) return scope.bad_output(Fault::kOperandType, 0);
  if (!same_shape(x, y)) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = element_count(y)};
}

}  // namespace hil::plan::checks
