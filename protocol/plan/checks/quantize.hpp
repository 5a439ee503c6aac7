// SPDX-License-Identifier: Apache-2.0
// Checks of QUANTIZE and DEQUANTIZE.
#pragma once

#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

/// What conversions share: as many elements behind as before.
inline Finding check_conversion(const OperatorScope& scope, bool output_type_fits) {
  if (!output_type_fits) return scope.bad_output(Fault::kOperandType, 0);
  const std::uint32_t count = element_count(scope.output(0));
  if (element_count(scope.input(0)) != count) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = count};
}

/// From float32.
inline Finding check_quantize_float(const OperatorScope& scope) {
  return check_conversion(scope, is_short_integer(scope.output(0).type));
}

/// To float32.
inline Finding check_dequantize(const OperatorScope& scope) {
  return check_conversion(scope, scope.output(0).type == ElementType::kFloat32);
}

/// int32 tensors carry no zero point in the plan, but the operator may give any.
constexpr bool is_conversion_zero_point(ElementType type, std::int32_t value) {
  return type == ElementType::kInt32 || is_zero_point(type, value);
}

/// uint8 only meets int8.
constexpr bool is_requantisable(ElementType from, ElementType to) {
  if (from == ElementType::kUint8) return to == ElementType::kInt8;
  if (to == ElementType::kUint8) return from == ElementType::kInt8;
  return is_short_integer(to) || to == ElementType::kInt32;
}

/// From integers to integers.
inline Finding check_requantise(const OperatorScope& scope) {
  const ElementType to = scope.output(0).type;
  const auto params = scope.op.params<RequantiseParams>();
  const Finding found = check_conversion(scope, is_requantisable(scope.input(0).type, to));
  if (failed(found)) return found;
  if (!is_conversion_zero_point(scope.input(0).type, params.input_zero_point) ||
      !is_conversion_zero_point(to, params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  const Fault fault = check_rescale(params.rescale, kMinShift, kMaxShift);
  return fault == Fault::kNone ? found : Finding{.fault = fault};
}

}  // namespace hil::plan::checks
