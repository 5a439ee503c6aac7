// SPDX-License-Identifier: Apache-2.0
// Checks of operators on single values in int16: LOGISTIC, TANH, RELU, RELU6, LEAKY_RELU.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

/// The work of an operator whose output has the type and shape of its int16 input.
inline Finding check_unary_int16(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != ElementType::kInt16) return scope.bad_input(Fault::kOperandType, 0);
  if (y.type != ElementType::kInt16) return scope.bad_output(Fault::kOperandType, 0);
  if (!same_shape(x, y)) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = element_count(y)};
}

/// With these bounds x * multiplier plus half of 2^shift stays in 32 bits.
inline Finding check_sigmoid_int16(const OperatorScope& scope) {
  const Finding found = check_unary_int16(scope);
  if (failed(found)) return found;
  const auto params = scope.op.params<Sigmoid16Params>();
  const bool good = params.multiplier >= 0 && params.multiplier <= 32767 && params.shift >= 0 &&
                    params.shift <= 31;
  return good ? found : Finding{.fault = Fault::kRescaleRange};
}

inline Finding check_linear_int16(const OperatorScope& scope) {
  const Finding found = check_unary_int16(scope);
  if (failed(found)) return found;
  const auto params = scope.op.params<Linear16Params>();
  if (!is_zero_point(ElementType::kInt16, params.input_zero_point) ||
      !is_zero_point(ElementType::kInt16, params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  Fault fault = check_rescale(params.positive, kMinShift, kMaxShift);
  if (fault == Fault::kNone) fault = check_rescale(params.negative, kMinShift, kMaxShift);
  if (fault == Fault::kNone && params.turned > 1) fault = Fault::kRescaleRange;
  if (fault == Fault::kNone) {
    fault = check_activation(params.activation_min, params.activation_max, ElementType::kInt16);
  }
  return fault == Fault::kNone ? found : Finding{.fault = fault};
}

}  // namespace hil::plan::checks
