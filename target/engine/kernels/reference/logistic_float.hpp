// SPDX-License-Identifier: Apache-2.0
// The logistic function of one float32 value.
#pragma once

#include <cmath>

namespace hil::engine::reference {

/// Beyond these the quotient is 1, or equal to its numerator, in float32.
/// Source: the LOGISTIC kernel of TensorFlow Lite Micro.
inline constexpr float kLogisticUpper = 16.619047164916992F;
inline constexpr float kLogisticLower = -9.0F;

/// 1 / (1 + exp(-x)).
inline float logistic_of(float x) {
  if (x > kLogisticUpper) return 1.0F;
  if (x < kLogisticLower) return std::exp(x);
  return 1.0F / (1.0F + std::exp(-x));
}

}  // namespace hil::engine::reference
