// SPDX-License-Identifier: Apache-2.0
// Checks of FULLY_CONNECTED.
#pragma once

#include "protocol/plan/checks/float_weights.hpp"
#include "protocol/plan/checks/integer_weights.hpp"
#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

inline Fault check_fully_connected_params(const OperatorScope& scope, std::uint32_t channels) {
  const auto params = scope.op.params<FullyConnectedParams>();
  const ElementType type = scope.input(0).type;
  if (!is_product_zero_point(type, params.input_zero_point) ||
      !is_int8_zero_point(params.weights_zero_point) ||
      !is_product_zero_point(type, params.output_zero_point)) {
    return Fault::kZeroPoint;
  }
  const Fault range = check_activation(params.activation_min, params.activation_max, type);
  if (range != Fault::kNone) return range;
  return check_rescale_bounds(scope.plan, params.multiplier_offset, params.shift_offset, channels);
}

/// Types, ranks and shapes of x, weights and y; the work if they fit.
inline Finding check_fully_connected_shapes(const OperatorScope& scope, ElementType type,
                                            ElementType weights_type) {
  const TensorRecord x = scope.input(0), w = scope.input(1), y = scope.output(0);
  if (x.type != type) return scope.bad_input(Fault::kOperandType, 0);
  if (y.type != type) return scope.bad_output(Fault::kOperandType, 0);
  if (y.rank < 1) return scope.bad_output(Fault::kOperandRank, 0);
  const Finding weights = scope.expect_input(1, weights_type, 2);
  if (failed(weights)) return weights;
  const auto channels = static_cast<std::uint32_t>(w.dims[0]);
  const auto depth = static_cast<std::uint64_t>(w.dims[1]);
  if (y.dims[y.rank - 1] != w.dims[0]) return scope.bad_output(Fault::kOperandShape, 0);
  const std::uint64_t rows = element_count(y) / channels;
  if (rows * depth != element_count(x)) return scope.bad_input(Fault::kOperandShape, 0);
  const std::uint64_t macs = element_count(y) * depth;
  return Finding{.macs = macs, .steps = macs};
}

/// int8 or int16 activations.
inline Finding check_fully_connected(const OperatorScope& scope) {
  const ElementType type = scope.input(0).type;
  if (!is_short_integer(type)) return scope.bad_input(Fault::kOperandType, 0);
  const Finding work = check_fully_connected_shapes(scope, type, ElementType::kInt8);
  if (failed(work)) return work;
  const std::int32_t channels = scope.input(1).dims[0];
  const Fault params = check_fully_connected_params(scope, static_cast<std::uint32_t>(channels));
  if (params != Fault::kNone) return Finding{.fault = params};
  const Finding bias = check_integer_bias(scope, channels);
  return failed(bias) ? bias : work;
}

inline Finding check_fully_connected_float(const OperatorScope& scope) {
  const Finding work =
      check_fully_connected_shapes(scope, ElementType::kFloat32, float_weights_type(scope));
  if (failed(work)) return work;
  const auto channels = static_cast<std::uint32_t>(scope.input(1).dims[0]);
  const auto params = scope.op.params<FloatFullyConnectedParams>();
  Fault fault = check_activation({params.activation_min, params.activation_max});
  if (fault == Fault::kNone) fault = check_scale_bounds(scope, params.scale_offset, channels);
  if (fault != Fault::kNone) return Finding{.fault = fault};
  const Finding bias = scope.expect_bias(2, channels, ElementType::kFloat32);
  return failed(bias) ? bias : work;
}

inline Fault check_fully_connected_float_entries(const OperatorScope& scope) {
  return check_scale_entries(scope, scope.op.params<FloatFullyConnectedParams>().scale_offset,
                             static_cast<std::uint32_t>(scope.input(1).dims[0]));
}

inline Fault check_fully_connected_entries(const OperatorScope& scope) {
  const auto params = scope.op.params<FullyConnectedParams>();
  return check_rescale_entries(scope.plan, params.multiplier_offset, params.shift_offset,
                               static_cast<std::uint32_t>(scope.input(1).dims[0]),
                               max_channel_shift(scope));
}

}  // namespace hil::plan::checks
