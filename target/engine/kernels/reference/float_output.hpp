// SPDX-License-Identifier: Apache-2.0
// From the float32 sum of an output channel to its value.
#pragma once

#include <cstdint>

#include "target/engine/kernels/kernel.hpp"

namespace hil::engine::reference {

/// @p x within the range of a fused activation, from below first; NaN stays NaN.
inline float clamp_float(float x, float low, float high) {
  const float raised = x < low ? low : x;
  return high < raised ? high : raised;
}

/// Scale of int8 weights, bias and activation range of a float32 operator with weights.
class FloatOutput {
 public:
  /// @p Params is FloatConvParams or FloatFullyConnectedParams; input 1 holds the weights, input 2
  /// is the bias or absent.
  template <class Params>
  FloatOutput(const KernelContext& context, const Params& params)
      : bias_(context.input_data<float>(2)),
        scales_(context.input(1).type == plan::ElementType::kInt8
                    ? context.table<float>(params.scale_offset)
                    : nullptr),
        min_(params.activation_min),
        max_(params.activation_max) {}

  /// The output value for the sum of all products of channel @p channel.
  [[nodiscard]] float finish(float sum, std::int32_t channel) const {
    const float scaled = scales_ == nullptr ? sum : sum * scales_[channel];
    return clamp_float(bias_ == nullptr ? scaled : scaled + bias_[channel], min_, max_);
  }

 private:
  const float* bias_;
  const float* scales_;
  float min_, max_;
};

}  // namespace hil::engine::reference
