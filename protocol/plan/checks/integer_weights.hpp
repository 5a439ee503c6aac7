// SPDX-License-Identifier: Apache-2.0
// Checks of the bias of integer operators with weights, which says how wide their sums are.
#pragma once

#include <cstdint>

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Whether CONV_2D or FULLY_CONNECTED add up in 64 bits: int16 activations with an int64 bias.
inline bool has_wide_sums(const OperatorScope& scope) {
  return scope.input(0).type == ElementType::kInt16 && scope.has_input(2) &&
         scope.input(2).type == ElementType::kInt64;
}

/// Input 2 is absent or a bias of int32, beside int16 activations also of int64.
inline Finding check_integer_bias(const OperatorScope& scope, std::int32_t channels) {
  return scope.expect_bias(2, static_cast<std::uint32_t>(channels),
                           has_wide_sums(scope) ? ElementType::kInt64 : ElementType::kInt32);
}

/// The largest shift in the table of an operator's output channels.
inline std::int32_t max_channel_shift(const OperatorScope& scope) {
  return has_wide_sums(scope) ? kMaxWideShift : kMaxShift;
}

}  // namespace hil::plan::checks
