// SPDX-License-Identifier: Apache-2.0
// Checks of MUL.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

inline Finding check_mul(const OperatorScope& scope) {
  const TensorRecord a = scope.input(0), b = scope.input(1), y = scope.output(0);
  if (!is_short_integer(a.type)) return scope.bad_input(Fault::kOperandType, 0);
  if (b.type != a.type) return scope.bad_input(Fault::kOperandType, 1);
  if (y.type != a.type) return scope.bad_output(Fault::kOperandType, 0);
  if (!broadcasts(a, b, y)) return scope.bad_output(Fault::kOperandShape, 0);
  const auto params = scope.op.params<MulParams>();
  if (!is_product_zero_point(a.type, params.zero_point_a) ||
      !is_product_zero_point(a.type, params.zero_point_b) ||
      !is_product_zero_point(a.type, params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  const Fault rescale = check_rescale(params.output, kMinShift, kMaxShift);
  if (rescale != Fault::kNone) return Finding{.fault = rescale};
  const Fault range = check_activation(params.activation_min, params.activation_max, a.type);
  return Finding{.fault = range, .steps = element_count(y)};
}

}  // namespace hil::plan::checks
