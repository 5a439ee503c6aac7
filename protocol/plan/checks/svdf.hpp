// SPDX-License-Identifier: Apache-2.0
// Checks of SVDF.
#pragma once

#include "protocol/plan/checks/float_weights.hpp"
#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/state.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

/// What the types of SVDF's operands must be.
struct SvdfTypes {
  ElementType activations, feature_weights, time_weights, bias, state;
};

/// Types, ranks and shapes of all operands; the work if they fit.
inline Finding check_svdf_shapes(const OperatorScope& scope, const SvdfTypes& types) {
  Finding found = scope.expect_input(0, types.activations, 2);
  if (!failed(found)) found = scope.expect_input(1, types.feature_weights, 2);
  if (!failed(found)) found = scope.expect_input(2, types.time_weights, 2);
  if (!failed(found)) found = scope.expect_output(0, types.activations, 2);
  if (failed(found)) return found;
  const TensorRecord x = scope.input(0), feature = scope.input(1), time = scope.input(2);
  const TensorRecord y = scope.output(0);
  const std::int32_t filters = feature.dims[0], memory = time.dims[1], units = y.dims[1];
  if (feature.dims[1] != x.dims[1]) return scope.bad_input(Fault::kOperandShape, 1);
  if (time.dims[0] != filters) return scope.bad_input(Fault::kOperandShape, 2);
  if (y.dims[0] != x.dims[0]) return scope.bad_output(Fault::kOperandShape, 0);
  if (filters % units != 0) return scope.bad_output(Fault::kGroups, 0);
  found = scope.expect_bias(3, static_cast<std::uint32_t>(units), types.bias);
  if (failed(found)) return found;
  const std::uint64_t states = std::uint64_t{element_count(time)};
  found = expect_state(scope, 1, types.state, x.dims[0], states);
  if (failed(found)) return found;
  // Fewer than 2^31 states of fewer than 2^25 products each: no overflow.
  const std::uint64_t sums =
      static_cast<std::uint64_t>(x.dims[0]) * static_cast<std::uint64_t>(filters);
  const std::uint64_t macs = sums * static_cast<std::uint64_t>(x.dims[1] + memory);
  return Finding{.macs = macs, .steps = macs};
}

/// Of int8.
inline Finding check_svdf(const OperatorScope& scope) {
  const bool is_short = scope.input(2).type == ElementType::kInt16;
  const ElementType state = is_short ? ElementType::kInt16 : ElementType::kInt8;
  const Finding work = check_svdf_shapes(
      scope, {ElementType::kInt8, ElementType::kInt8, state, ElementType::kInt32, state});
  if (failed(work)) return work;
  const auto params = scope.op.params<SvdfParams>();
  if (!is_int8_zero_point(params.input_zero_point) ||
      !is_zero_point(state, params.state_zero_point) ||
      !is_int8_zero_point(params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  Fault fault = check_rescale(params.feature, kMinShift, kMaxShift);
  if (fault == Fault::kNone) fault = check_rescale(params.output, kMinShift, kMaxShift);
  return fault == Fault::kNone ? work : Finding{.fault = fault};
}

inline Finding check_svdf_float(const OperatorScope& scope) {
  constexpr auto kFloat32 = ElementType::kFloat32;
  const Finding work = check_svdf_shapes(scope, {kFloat32, float_weights_type(scope, 1),
                                                 float_weights_type(scope, 2), kFloat32, kFloat32});
  if (failed(work)) return work;
  const auto params = scope.op.params<FloatSvdfParams>();
  const Fault fault = check_activation({params.activation_min, params.activation_max});
  if (fault != Fault::kNone) return Finding{.fault = fault};
  const bool scales = is_scale(params.feature_scale) && is_scale(params.time_scale);
  return scales ? work : Finding{.fault = Fault::kRescaleRange};
}

}  // namespace hil::plan::checks
