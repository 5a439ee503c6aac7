// SPDX-License-Identifier: Apache-2.0
// Checks of MEAN.
#pragma once

#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

/// Axes exist, and the output has one element for each combination of the other dimensions.
inline Finding check_reduction(const OperatorScope& scope, std::uint32_t axes) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (y.type != x.type) return scope.bad_output(Fault::kOperandType, 0);
  if (axes >> x.rank != 0) return Finding{.fault = Fault::kAxes};
  std::uint64_t outputs = 1;
  for (std::uint32_t i = 0; i < x.rank; ++i) {
    if (((axes >> i) & 1u) == 0) outputs *= static_cast<std::uint64_t>(x.dims[i]);
  }
  if (element_count(y) != outputs) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = element_count(x)};
}

inline Finding check_mean(const OperatorScope& scope) {
  const ElementType type = scope.input(0).type;
  if (!is_short_integer(type)) return scope.bad_input(Fault::kOperandType, 0);
  const auto params = scope.op.params<MeanParams>();
  const Finding found = check_reduction(scope, params.axes);
  if (failed(found)) return found;
  if (!is_zero_point(type, params.input_zero_point) ||
      !is_zero_point(type, params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  const Fault rescale = check_rescale(params.rescale, kMinShift, kMaxShift);
  return rescale == Fault::kNone ? found : Finding{.fault = rescale};
}

inline Finding check_mean_float(const OperatorScope& scope) {
  if (scope.input(0).type != ElementType::kFloat32) return scope.bad_input(Fault::kOperandType, 0);
  return check_reduction(scope, scope.op.params<FloatMeanParams>().axes);
}

}  // namespace hil::plan::checks
