// SPDX-License-Identifier: Apache-2.0
// From the 32-bit sum of an output channel to its int8 value.
#pragma once

#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/kernel.hpp"

namespace hil::engine::reference {

/// Bias, rescaling per channel, zero point and activation range of an operator with weights.
class Requantiser {
 public:
  /// @p Params is ConvParams or FullyConnectedParams; input 2 is the bias or absent.
  template <class Params>
  Requantiser(const KernelContext& context, const Params& params)
      : bias_(context.input_data<std::int32_t>(2)),
        multipliers_(context.table<std::int32_t>(params.multiplier_offset)),
        shifts_(context.table<std::int8_t>(params.shift_offset)),
        zero_point_(params.output_zero_point),
        min_(params.activation_min),
        max_(params.activation_max) {}

  /// What the sum of output channel @p channel starts from.
  [[nodiscard]] std::uint32_t start(std::int32_t channel) const {
    return bias_ == nullptr ? 0 : static_cast<std::uint32_t>(bias_[channel]);
  }
  /// The output value for the whole sum, start() included.
  [[nodiscard]] std::int8_t finish(std::uint32_t sum, std::int32_t channel) const {
    const std::int32_t scaled =
        fixed::rescale(static_cast<std::int32_t>(sum), multipliers_[channel], shifts_[channel]);
    return static_cast<std::int8_t>(fixed::clamp(fixed::add(scaled, zero_point_), min_, max_));
  }

 private:
  const std::int32_t* bias_;
  const std::int32_t* multipliers_;
  const std::int8_t* shifts_;
  std::int32_t zero_point_, min_, max_;
};

}  // namespace hil::engine::reference
