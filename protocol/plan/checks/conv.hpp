// SPDX-License-Identifier: Apache-2.0
// Checks of CONV_2D and DEPTHWISE_CONV_2D.
#pragma once

#include "protocol/plan/checks/float_weights.hpp"
#include "protocol/plan/checks/integer_weights.hpp"
#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Types and ranks of x, weights and y, and the window; @p Params has the geometry of ConvParams.
template <class Params>
Finding check_conv_window(const OperatorScope& scope, const Params& params, ElementType type,
                          ElementType weights_type) {
  Finding found = scope.expect_input(0, type, 4);
  if (!failed(found)) found = scope.expect_input(1, weights_type, 4);
  if (!failed(found)) found = scope.expect_output(0, type, 4);
  if (failed(found)) return found;
  const TensorRecord x = scope.input(0), w = scope.input(1), y = scope.output(0);
  if (x.dims[0] != y.dims[0]) return scope.bad_output(Fault::kOperandShape, 0);
  const Axis rows{x.dims[1],         y.dims[1],      w.dims[1],        params.stride_h,
                  params.dilation_h, params.pad_top, params.pad_bottom};
  const Axis columns{x.dims[2],         y.dims[2],       w.dims[2],       params.stride_w,
                     params.dilation_w, params.pad_left, params.pad_right};
  const bool fits = check_axis(rows) == Fault::kNone && check_axis(columns) == Fault::kNone;
  return fits ? Finding{} : scope.bad_output(Fault::kGeometry, 0);
}

/// Everything that two integer convolutions share but the meaning of the weights' dimensions; the
/// type of the input is theirs, the bias is checked by them.
inline Finding check_conv_common(const OperatorScope& scope) {
  const auto params = scope.op.params<ConvParams>();
  const ElementType type = scope.input(0).type;
  if (!is_short_integer(type)) return scope.bad_input(Fault::kOperandType, 0);
  const Finding window = check_conv_window(scope, params, type, ElementType::kInt8);
  if (failed(window)) return window;
  if (!is_product_zero_point(type, params.input_zero_point) ||
      !is_product_zero_point(type, params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  const Fault range = check_activation(params.activation_min, params.activation_max, type);
  if (range != Fault::kNone) return Finding{.fault = range};
  const auto channels = static_cast<std::uint32_t>(scope.output(0).dims[3]);
  return Finding{.fault = check_rescale_bounds(scope.plan, params.multiplier_offset,
                                               params.shift_offset, channels)};
}

/// The same for float32 activations.
inline Finding check_float_conv_common(const OperatorScope& scope) {
  const auto params = scope.op.params<FloatConvParams>();
  const Finding window =
      check_conv_window(scope, params, ElementType::kFloat32, float_weights_type(scope));
  if (failed(window)) return window;
  const Fault range = check_activation({params.activation_min, params.activation_max});
  if (range != Fault::kNone) return Finding{.fault = range};
  const auto channels = static_cast<std::uint32_t>(scope.output(0).dims[3]);
  const Fault scales = check_scale_bounds(scope, params.scale_offset, channels);
  if (scales != Fault::kNone) return Finding{.fault = scales};
  return scope.expect_bias(2, channels, ElementType::kFloat32);
}

inline Finding conv_work(const OperatorScope& scope, std::int32_t depth) {
  const TensorRecord w = scope.input(1);
  const std::uint64_t taps = static_cast<std::uint64_t>(w.dims[1]) *
                             static_cast<std::uint64_t>(w.dims[2]) *
                             static_cast<std::uint64_t>(depth);
  const std::uint64_t macs = element_count(scope.output(0)) * taps;
  return Finding{.macs = macs, .steps = macs};
}

/// Weights are [out, kh, kw, in / groups].
inline Finding check_groups(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), w = scope.input(1), y = scope.output(0);
  if (w.dims[0] != y.dims[3]) return scope.bad_input(Fault::kOperandShape, 1);
  if (x.dims[3] % w.dims[3] != 0) return scope.bad_input(Fault::kGroups, 1);
  if (y.dims[3] % (x.dims[3] / w.dims[3]) != 0) return scope.bad_output(Fault::kGroups, 0);
  return conv_work(scope, w.dims[3]);
}

/// Weights are [1, kh, kw, in * multiplier].
inline Finding check_multiplier(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), w = scope.input(1), y = scope.output(0);
  if (w.dims[0] != 1 || w.dims[3] != y.dims[3]) return scope.bad_input(Fault::kOperandShape, 1);
  if (y.dims[3] % x.dims[3] != 0) return scope.bad_output(Fault::kGroups, 0);
  return conv_work(scope, 1);
}

inline Finding check_conv_2d(const OperatorScope& scope) {
  Finding found = check_conv_common(scope);
  if (!failed(found)) found = check_integer_bias(scope, scope.output(0).dims[3]);
  return failed(found) ? found : check_groups(scope);
}

inline Finding check_conv_2d_float(const OperatorScope& scope) {
  const Finding found = check_float_conv_common(scope);
  return failed(found) ? found : check_groups(scope);
}

/// The bias of int16 activations has 64 bits, and so have the sums.
inline Finding check_depthwise_conv_2d(const OperatorScope& scope) {
  const bool wide = scope.input(0).type == ElementType::kInt16;
  Finding found = check_conv_common(scope);
  if (!failed(found)) {
    found = scope.expect_bias(2, static_cast<std::uint32_t>(scope.output(0).dims[3]),
                              wide ? ElementType::kInt64 : ElementType::kInt32);
  }
  return failed(found) ? found : check_multiplier(scope);
}

inline Finding check_depthwise_conv_2d_float(const OperatorScope& scope) {
  const Finding found = check_float_conv_common(scope);
  return failed(found) ? found : check_multiplier(scope);
}

inline Fault check_float_conv_entries(const OperatorScope& scope) {
  return check_scale_entries(scope, scope.op.params<FloatConvParams>().scale_offset,
                             static_cast<std::uint32_t>(scope.output(0).dims[3]));
}

inline Fault check_conv_entries(const OperatorScope& scope, std::int32_t max_shift) {
  const auto params = scope.op.params<ConvParams>();
  return check_rescale_entries(scope.plan, params.multiplier_offset, params.shift_offset,
                               static_cast<std::uint32_t>(scope.output(0).dims[3]), max_shift);
}

inline Fault check_conv_2d_entries(const OperatorScope& scope) {
  return check_conv_entries(scope, max_channel_shift(scope));
}

inline Fault check_depthwise_entries(const OperatorScope& scope) {
  const bool wide = scope.input(0).type == ElementType::kInt16;
  return check_conv_entries(scope, wide ? kMaxWideShift : kMaxShift);
}

}  // namespace hil::plan::checks
