// SPDX-License-Identifier: Apache-2.0
// Checks of ADD and SUB.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

inline Finding check_add(const OperatorScope& scope) {
  const TensorRecord a = scope.input(0), b = scope.input(1), y = scope.output(0);
  if (!is_short_integer(a.type)) return scope.bad_input(Fault::kOperandType, 0);
  if (b.type != a.type) return scope.bad_input(Fault::kOperandType, 1);
  if (y.type != a.type) return scope.bad_output(Fault::kOperandType, 0);
  if (!broadcasts(a, b, y)) return scope.bad_output(Fault::kOperandShape, 0);
  const auto params = scope.op.params<AddParams>();
  if (!is_zero_point(a.type, params.zero_point_a) || !is_zero_point(a.type, params.zero_point_b) ||
      !is_zero_point(a.type, params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  const Rescale rescales[] = {params.a, params.b, params.output};
  for (const Rescale& rescale : rescales) {
    const Fault fault = check_rescale(rescale, kMinShift, 0);
    if (fault != Fault::kNone) return Finding{.fault = fault};
  }
  const Fault range = check_activation(params.activation_min, params.activation_max, a.type);
  return Finding{.fault = range, .steps = element_count(y)};
}

}  // namespace hil::plan::checks
