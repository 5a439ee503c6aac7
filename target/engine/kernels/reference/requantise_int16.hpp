// SPDX-License-Identifier: Apache-2.0
// From the sum of an output channel to its int16 value, and the sums themselves: int16 x int8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/kernel.hpp"
#include "target/engine/kernels/reference/dot.hpp"

namespace hil::engine::reference {

/// Sums modulo 2^32 beside an int32 bias or none, modulo 2^64 beside an int64 bias: they are
/// rescaled differently, see plan::kMaxWideShift.
using NarrowSum = std::uint32_t;
using WideSum = std::uint64_t;

/// Bias, rescaling per channel and activation range of an operator with int16 activations, whose
/// zero points are 0.
template <class Sum>
class Int16Requantiser {
 public:
  /// @p Params is ConvParams or FullyConnectedParams; input 2 is the bias or absent.
  template <class Params>
  Int16Requantiser(const KernelContext& context, const Params& params)
      : bias_(context.input_data<std::uint8_t>(2)),
        multipliers_(context.table<std::int32_t>(params.multiplier_offset)),
        shifts_(context.table<std::int8_t>(params.shift_offset)),
        min_(params.activation_min),
        max_(params.activation_max) {}

  /// What the sum of output channel @p channel starts from.
  [[nodiscard]] Sum start(std::int32_t channel) const {
    Sum bias = 0;  // copied: constants are aligned to 4 bytes only
    if (bias_ != nullptr) {
      std::memcpy(&bias, bias_ + static_cast<std::size_t>(channel) * sizeof(Sum), sizeof(Sum));
    }
    return bias;
  }
  /// The output value for the whole sum, start() included.
  [[nodiscard]] std::int16_t finish(NarrowSum sum, std::int32_t channel) const {
    return clamped(
        fixed::rescale(static_cast<std::int32_t>(sum), multipliers_[channel], shifts_[channel]));
  }
  [[nodiscard]] std::int16_t finish(WideSum sum, std::int32_t channel) const {
    return clamped(fixed::rescale_wide(static_cast<std::int64_t>(sum), multipliers_[channel],
                                       shifts_[channel]));
  }

 private:
  [[nodiscard]] std::int16_t clamped(std::int32_t value) const {
    return static_cast<std::int16_t>(fixed::clamp(value, min_, max_));
  }

  const std::uint8_t* bias_;
  const std::int32_t* multipliers_;
  const std::int8_t* shifts_;
  std::int32_t min_, max_;
};

/// sums[k] += sum over i < n of x[i] * w[k * stride + i], for k < kBlock.
template <class Sum>
void dot_block(const std::int16_t* x, const std::int8_t* w, std::ptrdiff_t stride, std::ptrdiff_t n,
               Sum* sums) {
  Sum totals[kBlock] = {};
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    for (std::ptrdiff_t k = 0; k < kBlock; ++k)
      totals[k] += static_cast<Sum>(std::int32_t{x[i]} * w[k * stride + i]);
  }
  for (std::ptrdiff_t k = 0; k < kBlock; ++k)
    sums[k] += totals[k];
}

/// The same for one channel.
template <class Sum>
void dot_single(const std::int16_t* x, const std::int8_t* w, std::ptrdiff_t n, Sum* sum) {
  Sum total = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i)
    total += static_cast<Sum>(std::int32_t{x[i]} * w[i]);
  *sum += total;
}

/// Whether CONV_2D or FULLY_CONNECTED in int16 add up in 64 bits.
inline bool has_wide_bias(const KernelContext& context) {
  return context.input_data<std::uint8_t>(2) != nullptr &&
         context.input(2).type == plan::ElementType::kInt64;
}

}  // namespace hil::engine::reference
