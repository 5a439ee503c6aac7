// SPDX-License-Identifier: Apache-2.0
// The walk of CONV_2D over pixels, groups and blocks of output channels, for any element types.
#pragma once

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/kernel.hpp"
#include "target/engine/kernels/reference/dot.hpp"
#include "target/engine/kernels/reference/window.hpp"

namespace hil::engine::reference {

/// @p Arithmetic has the types `Value` (of input and output), `Weight`, `Sum` and `Params` (with
/// the geometry of plan::ConvParams), and the functions
///   Sum start(std::int32_t channel) const   of an output channel, before the first tap
///   void add_single(const Value* x, const Weight* w, std::ptrdiff_t n, Sum* sum) const
///                                           a run of n taps of one channel
///   void add_block(const Value* x, const Weight* w, std::ptrdiff_t stride, std::ptrdiff_t n,
///                  Sum* sums) const         of kBlock channels, whose weights lie stride apart
///   Value finish(const Sum& sum, std::int32_t channel) const
template <class Arithmetic>
class Conv2d {
 public:
  using Value = typename Arithmetic::Value;
  using Weight = typename Arithmetic::Weight;
  using Sum = typename Arithmetic::Sum;
  using Params = typename Arithmetic::Params;

  Conv2d(const KernelContext& context, const Params& params, const Arithmetic& arithmetic)
      : params_(params),
        arithmetic_(arithmetic),
        x_(context.input(0)),
        w_(context.input(1)),
        y_(context.output(0)),
        input_(context.input_data<Value>(0)),
        weights_(context.input_data<Weight>(1)),
        output_(context.output_data<Value>(0)),
        channel_weights_(std::ptrdiff_t{w_.dims[1]} * w_.dims[2] * w_.dims[3]),
        groups_(x_.dims[3] / w_.dims[3]),
        group_channels_(y_.dims[3] / groups_) {}

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
  /// Taps inside the image and, of the first of them, where it lies in the image and in a channel's
  /// weights.
  struct Window {
    Taps rows, columns;
    const Value* input;
    std::ptrdiff_t weights;
  };

  void compute_pixel(const Value* image, std::int32_t oy, std::int32_t ox) {
    const std::int32_t y0 = oy * params_.stride_h - params_.pad_top;
    const std::int32_t x0 = ox * params_.stride_w - params_.pad_left;
    Window window{taps_inside(y0, params_.dilation_h, w_.dims[1], x_.dims[1]),
                  taps_inside(x0, params_.dilation_w, w_.dims[2], x_.dims[2]), image, 0};
    if (window.rows.count() > 0 && window.columns.count() > 0) {
      const std::int32_t row = y0 + window.rows.begin * params_.dilation_h;
      const std::int32_t column = x0 + window.columns.begin * params_.dilation_w;
      window.input += (std::ptrdiff_t{row} * x_.dims[2] + column) * x_.dims[3];
      window.weights =
          (std::ptrdiff_t{window.rows.begin} * w_.dims[2] + window.columns.begin) * w_.dims[3];
    } else {
      window.rows = window.columns = Taps{0, 0};
    }
    for (std::int32_t g = 0; g < groups_; ++g)
      compute_group(window, g);
  }

  /// All output channels of group @p group of one pixel.
  void compute_group(Window window, std::int32_t group) {
    window.input += std::ptrdiff_t{group} * w_.dims[3];
    const std::int32_t end = (group + 1) * group_channels_;
    std::int32_t channel = group * group_channels_;
    for (; channel + kBlock <= end; channel += kBlock) {
      Sum sums[kBlock];
      for (std::int32_t k = 0; k < kBlock; ++k)
        sums[k] = arithmetic_.start(channel + k);
      accumulate<kBlock>(window, channel, sums);
      for (std::int32_t k = 0; k < kBlock; ++k) {
        *output_++ = arithmetic_.finish(sums[k], channel + k);
      }
    }
    for (; channel < end; ++channel) {
      Sum sum = arithmetic_.start(channel);
      accumulate<1>(window, channel, &sum);
      *output_++ = arithmetic_.finish(sum, channel);
    }
  }

  /// Adds the taps of the window to the sums of @p kChannels channels from @p channel on.
  template <std::int32_t kChannels>
  void accumulate(const Window& window, std::int32_t channel, Sum* sums) const {
    // Without gaps between taps and groups, a row of taps is one run in the image and the weights.
    const bool one_run = groups_ == 1 && params_.dilation_w == 1;
    const std::int32_t runs = one_run ? 1 : window.columns.count();
    const std::ptrdiff_t length = std::ptrdiff_t{one_run ? window.columns.count() : 1} * w_.dims[3];
    const std::ptrdiff_t input_step = std::ptrdiff_t{params_.dilation_w} * x_.dims[3];
    const std::ptrdiff_t input_row = std::ptrdiff_t{params_.dilation_h} * x_.dims[2] * x_.dims[3];
    const std::ptrdiff_t weights_row = std::ptrdiff_t{w_.dims[2]} * w_.dims[3];
    const Weight* weights = weights_ + channel * channel_weights_ + window.weights;
    for (std::int32_t ky = 0; ky < window.rows.count(); ++ky) {
      for (std::int32_t run = 0; run < runs; ++run) {
        const Value* x = window.input + ky * input_row + run * input_step;
        const Weight* w = weights + ky * weights_row + std::ptrdiff_t{run} * w_.dims[3];
        if constexpr (kChannels == kBlock) {
          arithmetic_.add_block(x, w, channel_weights_, length, sums);
        } else {
          arithmetic_.add_single(x, w, length, sums);
        }
      }
    }
  }

  Params params_;
  Arithmetic arithmetic_;
  plan::TensorRecord x_, w_, y_;
  const Value* input_;
  const Weight* weights_;
  Value* output_;
  std::ptrdiff_t channel_weights_;  ///< weights of one output channel
  std::int32_t groups_;
  std::int32_t group_channels_;  ///< output channels of one group
};

}  // namespace hil::engine::reference
