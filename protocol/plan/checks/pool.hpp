// SPDX-License-Identifier: Apache-2.0
// Checks of AVERAGE_POOL_2D and MAX_POOL_2D.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// A window that starts before the image by less than its size, and ends behind it by less than its
/// size, holds at least one element of the image.
template <class Params>
constexpr bool windows_touch_image(const Params& params) {
  return params.pad_top < params.filter_h && params.pad_bottom < params.filter_h &&
         params.pad_left < params.filter_w && params.pad_right < params.filter_w;
}

/// Operands of @p type and the window; @p Params has the geometry of PoolParams. The work if they
/// fit.
template <class Params>
Finding check_pool_window(const OperatorScope& scope, const Params& params, ElementType type) {
  Finding found = scope.expect_input(0, type, 4);
  if (!failed(found)) found = scope.expect_output(0, type, 4);
  if (failed(found)) return found;
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.dims[0] != y.dims[0] || x.dims[3] != y.dims[3]) {
    return scope.bad_output(Fault::kOperandShape, 0);
  }
  const Axis rows{x.dims[1], y.dims[1],      params.filter_h,  params.stride_h,
                  1,         params.pad_top, params.pad_bottom};
  const Axis columns{x.dims[2], y.dims[2],       params.filter_w, params.stride_w,
                     1,         params.pad_left, params.pad_right};
  if (check_axis(rows) != Fault::kNone || check_axis(columns) != Fault::kNone) {
    return scope.bad_output(Fault::kGeometry, 0);
  }
  if (!windows_touch_image(params)) return Finding{.fault = Fault::kEmptyWindow};
  const auto taps_of = [](std::int32_t filter, std::int32_t size) {
    return static_cast<std::uint64_t>(filter < size ? filter : size);
  };
  return Finding{.steps = element_count(y) * taps_of(params.filter_h, x.dims[1]) *
                          taps_of(params.filter_w, x.dims[2])};
}

inline Finding check_pool_2d(const OperatorScope& scope) {
  const auto params = scope.op.params<PoolParams>();
  const ElementType type = scope.input(0).type;
  if (!is_short_integer(type)) return scope.bad_input(Fault::kOperandType, 0);
  const Finding found = check_pool_window(scope, params, type);
  if (failed(found)) return found;
  const Fault range = check_activation(params.activation_min, params.activation_max, type);
  return range == Fault::kNone ? found : Finding{.fault = range};
}

inline Finding check_pool_2d_float(const OperatorScope& scope) {
  const auto params = scope.op.params<FloatPoolParams>();
  const Finding found = check_pool_window(scope, params, ElementType::kFloat32);
  if (failed(found)) return found;
  const Fault range = check_activation({params.activation_min, params.activation_max});
  return range == Fault::kNone ? found : Finding{.fault = range};
}

}  // namespace hil::plan::checks
