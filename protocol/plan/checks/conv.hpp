// SPDX-License-Identifier: Apache-2.0
// Checks of CONV_2D and DEPTHWISE_CONV_2D.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Everything the two convolutions share but the meaning of the weights' dimensions.
inline Finding check_conv_common(const OperatorScope& scope, const ConvParams& params) {
  for (std::uint32_t i = 0; i < 2; ++i) {
    const Finding found = scope.expect_input(i, ElementType::kInt8, 4);
    if (failed(found)) return found;
  }
  const Finding found = scope.expect_output(0, ElementType::kInt8, 4);
  if (failed(found)) return found;
  const TensorRecord x = scope.input(0), w = scope.input(1), y = scope.output(0);
  if (x.dims[0] != y.dims[0]) return scope.bad_output(Fault::kOperandShape, 0);
  const Axis rows{x.dims[1],         y.dims[1],      w.dims[1],        params.stride_h,
                  params.dilation_h, params.pad_top, params.pad_bottom};
  const Axis columns{x.dims[2],         y.dims[2],       w.dims[2],       params.stride_w,
                     params.dilation_w, params.pad_left, params.pad_right};
  if (check_axis(rows) != Fault::kNone || check_axis(columns) != Fault::kNone) {
    return scope.bad_output(Fault::kGeometry, 0);
  }
  if (!is_int8_zero_point(params.input_zero_point) ||
      !is_int8_zero_point(params.output_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  const Fault range = check_activation(params.activation_min, params.activation_max);
  if (range != Fault::kNone) return Finding{.fault = range};
  const auto channels = static_cast<std::uint32_t>(y.dims[3]);
  const Fault tables =
      check_rescale_bounds(scope.plan, params.multiplier_offset, params.shift_offset, channels);
  if (tables != Fault::kNone) return Finding{.fault = tables};
  return scope.expect_bias(2, channels);
}

inline Finding conv_work(const OperatorScope& scope, std::int32_t depth) {
  const TensorRecord w = scope.input(1);
  const std::uint64_t taps = static_cast<std::uint64_t>(w.dims[1]) *
                             static_cast<std::uint64_t>(w.dims[2]) *
                             static_cast<std::uint64_t>(depth);
  const std::uint64_t macs = element_count(scope.output(0)) * taps;
  return Finding{.macs = macs, .steps = macs};
}

inline Finding check_conv_2d(const OperatorScope& scope) {
  const Finding found = check_conv_common(scope, scope.op.params<ConvParams>());
  if (failed(found)) return found;
  const TensorRecord x = scope.input(0), w = scope.input(1), y = scope.output(0);
  if (w.dims[0] != y.dims[3]) return scope.bad_input(Fault::kOperandShape, 1);
  if (x.dims[3] % w.dims[3] != 0) return scope.bad_input(Fault::kGroups, 1);
  if (y.dims[3] % (x.dims[3] / w.dims[3]) != 0) return scope.bad_output(Fault::kGroups, 0);
  return conv_work(scope, w.dims[3]);
}

inline Finding check_depthwise_conv_2d(const OperatorScope& scope) {
  const Finding found = check_conv_common(scope, scope.op.params<ConvParams>());
  if (failed(found)) return found;
  const TensorRecord x = scope.input(0), w = scope.input(1), y = scope.output(0);
  if (w.dims[0] != 1 || w.dims[3] != y.dims[3]) return scope.bad_input(Fault::kOperandShape, 1);
  if (y.dims[3] % x.dims[3] != 0) return scope.bad_output(Fault::kGroups, 0);
  return conv_work(scope, 1);
}

inline Fault check_conv_entries(const OperatorScope& scope) {
  const auto params = scope.op.params<ConvParams>();
  return check_rescale_entries(scope.plan, params.multiplier_offset, params.shift_offset,
                               static_cast<std::uint32_t>(scope.output(0).dims[3]));
}

}  // namespace hil::plan::checks
