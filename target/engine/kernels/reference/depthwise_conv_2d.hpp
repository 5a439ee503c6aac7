// SPDX-License-Identifier: Apache-2.0
// The walk of DEPTHWISE_CONV_2D over pixels and chunks of output channels, for any element types.
#pragma once

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/kernel.hpp"
#include "target/engine/kernels/reference/window.hpp"

namespace hil::engine::reference {

/// Output channels whose sums are kept on the stack at once.
inline constexpr std::int32_t kDepthwiseChunk = 64;

/// @p Arithmetic has the types `Value` (of input and output), `Weight`, `Sum` and `Params` (with
/// the geometry of plan::ConvParams), and the functions
///   Sum start(std::int32_t channel) const      of an output channel, before the first tap
///   void add_each(const Value* x, const Weight* w, std::int32_t n, Sum* sums) const
///                                              one tap of n channels with a weight each
///   void add_spread(Value x, const Weight* w, std::int32_t n, Sum* sums) const
///                                              one tap of one channel with n weights
///   Value finish(Sum sum, std::int32_t channel) const
template <class Arithmetic>
class DepthwiseConv2d {
 public:
  using Value = typename Arithmetic::Value;
  using Weight = typename Arithmetic::Weight;
  using Sum = typename Arithmetic::Sum;
  using Params = typename Arithmetic::Params;

  DepthwiseConv2d(const KernelContext& context, const Params& params, const Arithmetic& arithmetic)
      : params_(params),
        arithmetic_(arithmetic),
        x_(context.input(0)),
        w_(context.input(1)),
        y_(context.output(0)),
        input_(context.input_data<Value>(0)),
        weights_(context.input_data<Weight>(1)),
        output_(context.output_data<Value>(0)),
        multiplier_(y_.dims[3] / x_.dims[3]) {}

  void run() {
    const std::ptrdiff_t image = std::ptrdiff_t{x_.dims[1]} * x_.dims[2] * x_.dims[3];
    for (std::int32_t b = 0; b < y_.dims[0]; ++b) {
      for (std::int32_t oy = 0; oy < y_.dims[1]; ++oy) {
        for (std::int32_t ox = 0; ox < y_.dims[2]; ++ox)
          compute_pixel(input_ + b * image, oy, ox);
      }
    }
  }

 private:
  struct Window {
    const Value* image;
    std::int32_t y0, x0;  ///< of tap (0, 0); may lie in the padding
    Taps rows, columns;
  };

  void compute_pixel(const Value* image, std::int32_t oy, std::int32_t ox) {
    const std::int32_t y0 = oy * params_.stride_h - params_.pad_top;
    const std::int32_t x0 = ox * params_.stride_w - params_.pad_left;
    const Window window{image, y0, x0, taps_inside(y0, params_.dilation_h, w_.dims[1], x_.dims[1]),
                        taps_inside(x0, params_.dilation_w, w_.dims[2], x_.dims[2])};
    if (multiplier_ == 1) {
      for (std::int32_t c = 0; c < y_.dims[3]; c += kDepthwiseChunk) {
        compute_chunk(window, c, c, chunk_at(c, y_.dims[3]));
      }
      return;
    }
    for (std::int32_t ic = 0; ic < x_.dims[3]; ++ic) {
      const std::int32_t end = (ic + 1) * multiplier_;
      for (std::int32_t c = ic * multiplier_; c < end; c += kDepthwiseChunk) {
        compute_chunk(window, ic, c, chunk_at(c, end));
      }
    }
  }

  static std::int32_t chunk_at(std::int32_t channel, std::int32_t end) {
    return end - channel < kDepthwiseChunk ? end - channel : kDepthwiseChunk;
  }

  /// @p n output channels from @p channel on, which read input channels from @p input_channel on.
  void compute_chunk(const Window& window, std::int32_t input_channel, std::int32_t channel,
                     std::int32_t n) {
    Sum sums[kDepthwiseChunk];
    for (std::int32_t c = 0; c < n; ++c)
      sums[c] = arithmetic_.start(channel + c);
    for (std::int32_t ky = window.rows.begin; ky < window.rows.end; ++ky) {
      const std::int32_t row = window.y0 + ky * params_.dilation_h;
      for (std::int32_t kx = window.columns.begin; kx < window.columns.end; ++kx) {
        const std::int32_t column = window.x0 + kx * params_.dilation_w;
        const Value* x =
            window.image + input_channel + (std::ptrdiff_t{row} * x_.dims[2] + column) * x_.dims[3];
        const Weight* w = weights_ + channel + (std::ptrdiff_t{ky} * w_.dims[2] + kx) * w_.dims[3];
        if (multiplier_ == 1) {
          arithmetic_.add_each(x, w, n, sums);
        } else {
          arithmetic_.add_spread(*x, w, n, sums);
        }
      }
    }
    for (std::int32_t c = 0; c < n; ++c) {
      *output_++ = arithmetic_.finish(sums[c], channel + c);
    }
  }

  Params params_;
  Arithmetic arithmetic_;
  plan::TensorRecord x_, w_, y_;
  const Value* input_;
  const Weight* weights_;
  Value* output_;
  std::int32_t multiplier_;  ///< output channels per input channel
};

}  // namespace hil::engine::reference
