// SPDX-License-Identifier: Apache-2.0
// The arithmetic of folding: rescale factors, activation ranges, windows and padding.
#pragma once

#include <cstdint>
#include <optional>

#include "host/model/options.hpp"
#include "protocol/plan/format.hpp"

namespace hil::model {

/// @p factor as multiplier * 2^(shift - 31), |multiplier| in [2^30, 2^31); {0, 0} below 2^-32.
/// Which products inside @p factor are float32 and which double is the caller's matter.
/// Source: QuantizeMultiplier of TensorFlow Lite Micro. @p factor must be finite.
plan::Rescale rescale_of(double factor);

/// Smallest and largest quantised output value.
struct Range {
  std::int32_t min = 0;
  std::int32_t max = 0;
};

/// The range a fused activation leaves to an int8 output of @p scale and @p zero_point; bounds are
/// divided by the scale in float32 and rounded half away from zero.
/// Nothing if a bound does not fit in 32 bits, the range is empty, or the activation has no meaning
/// here (TANH, SIGN_BIT, unknown numbers).
/// Source: CalculateActivationRangeQuantized of TensorFlow Lite Micro.
std::optional<Range> int8_activation_range(Activation activation, float scale,
                                           std::int32_t zero_point);

/// The same for an int16 output.
std::optional<Range> int16_activation_range(Activation activation, float scale,
                                            std::int32_t zero_point);

/// The range a fused activation leaves to a float32 output; nothing if it has none as a range.
/// Source: CalculateActivationRange of TensorFlow Lite Micro.
std::optional<plan::FloatRangeParams> float_activation_range(Activation activation);

/// One axis of a convolution or pooling window.
struct Window {
  std::int32_t out = 0;  ///< output size, at least 1
  std::int32_t pad_before = 0;
  std::int32_t pad_after = 0;
};

/// The window geometry of one axis; nothing if any size is below 1, a result exceeds what the plan
/// holds (2^16 - 1), the padding is unknown, or no window fits.
/// Source: ComputeOutSize and ComputePaddingWithOffset of TensorFlow Lite.
std::optional<Window> window_of(Padding padding, std::int32_t in, std::int32_t filter,
                                std::int32_t stride, std::int32_t dilation);

}  // namespace hil::model
