// SPDX-License-Identifier: Apache-2.0
// Checks of elementwise float32 operators with two inputs.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Parameters are FloatRangeParams.
inline Finding check_float_pair(const OperatorScope& scope) {
  const TensorRecord a = scope.input(0), b = scope.input(1), y = scope.output(0);
  if (a.type != ElementType::kFloat32) return scope.bad_input(Fault::kOperandType, 0);
  if (b.type != ElementType::kFloat32) return scope.bad_input(Fault::kOperandType, 1);
  if (y.type != ElementType::kFloat32) return scope.bad_output(Fault::kOperandType, 0);
  if (!broadcasts(a, b, y)) return scope.bad_output(Fault::kOperandShape, 0);
  const Fault range = check_activation(scope.op.params<FloatRangeParams>());
  return Finding{.fault = range, .steps = element_count(y)};
}

}  // namespace hil::plan::checks
