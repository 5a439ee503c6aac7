// SPDX-License-Identifier: Apache-2.0
// Checks of the weights and scales of float32 operators, whose weights may be int8.
#pragma once

#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

/// What the weights, input @p i, of a float32 operator must be: int8 if they are, else float32.
inline ElementType float_weights_type(const OperatorScope& scope, std::uint32_t i = 1) {
  const bool hybrid = scope.input(i).type == ElementType::kInt8;
  return hybrid ? ElementType::kInt8 : ElementType::kFloat32;
}

/// The scales of int8 weights lie in the constants, aligned; nothing is asked of float32 weights.
inline Fault check_scale_bounds(const OperatorScope& scope, std::uint32_t offset,
                                std::uint32_t channels) {
  if (scope.input(1).type != ElementType::kInt8) return Fault::kNone;
  const std::size_t bytes = std::size_t{channels} * sizeof(float);
  const bool good = offset % 4 == 0 && scope.plan.constant(offset, bytes).size() == bytes;
  return good ? Fault::kNone : Fault::kRescaleBounds;
}

/// Every scale is finite and not negative. Takes time in the number of channels.
inline Fault check_scale_entries(const OperatorScope& scope, std::uint32_t offset,
                                 std::uint32_t channels) {
  if (scope.input(1).type != ElementType::kInt8) return Fault::kNone;
  const auto scales = scope.plan.constant(offset, std::size_t{channels} * sizeof(float));
  for (std::uint32_t c = 0; c < channels; ++c) {
    if (!is_scale(load_at<float>(scales, c * sizeof(float)))) return Fault::kRescaleRange;
  }
  return Fault::kNone;
}

}  // namespace hil::plan::checks
