// SPDX-License-Identifier: Apache-2.0
// DEPTHWISE_CONV_2D in int8, with any channel multiplier and dilation.
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise.hpp"
#include "target/engine/kernels/reference/window.hpp"

namespace hil::engine::reference {
namespace {

/// Output channels whose sums are kept on the stack at once.
constexpr std::int32_t kChunk = 64;

/// sums[c] += (x[c] - zero_point) * w[c]: one tap of @p n channels with a weight each.
void accumulate_each(const std::int8_t* x, const std::int8_t* w, std::int32_t n,
                     std::int32_t zero_point, std::uint32_t* sums) {
  for (std::int32_t c = 0; c < n; ++c) {
    const auto value = static_cast<std::int16_t>(x[c] - zero_point);
    sums[c] += static_cast<std::uint32_t>(std::int32_t{value} * w[c]);
  }
}

/// sums[m] += value * w[m]: one tap of one input channel with @p n weights.
void accumulate_spread(std::int32_t value, const std::int8_t* w, std::int32_t n,
                       std::uint32_t* sums) {
  const auto narrow = static_cast<std::int16_t>(value);
  for (std::int32_t m = 0; m < n; ++m) {
    sums[m] += static_cast<std::uint32_t>(std::int32_t{narrow} * w[m]);
  }
}

class DepthwiseConv2d {
 public:
  explicit DepthwiseConv2d(const KernelContext& context)
      : params_(context.params<plan::ConvParams>()),
        x_(context.input(0)),
        w_(context.input(1)),
        y_(context.output(0)),
        requantiser_(context, params_),
        input_(context.input_data<std::int8_t>(0)),
        weights_(context.input_data<std::int8_t>(1)),
        output_(context.output_data<std::int8_t>(0)),
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
    const std::int8_t* image;
    std::int32_t y0, x0;  ///< of tap (0, 0); may lie in the padding
    Taps rows, columns;
  };

  void compute_pixel(const std::int8_t* image, std::int32_t oy, std::int32_t ox) {
    const std::int32_t y0 = oy * params_.stride_h - params_.pad_top;
    const std::int32_t x0 = ox * params_.stride_w - params_.pad_left;
    const Window window{image, y0, x0, taps_inside(y0, params_.dilation_h, w_.dims[1], x_.dims[1]),
                        taps_inside(x0, params_.dilation_w, w_.dims[2], x_.dims[2])};
    if (multiplier_ == 1) {
      for (std::int32_t c = 0; c < y_.dims[3]; c += kChunk) {
        compute_chunk(window, c, c, chunk_at(c, y_.dims[3]));
      }
      return;
    }
    for (std::int32_t ic = 0; ic < x_.dims[3]; ++ic) {
      const std::int32_t end = (ic + 1) * multiplier_;
      for (std::int32_t c = ic * multiplier_; c < end; c += kChunk) {
        compute_chunk(window, ic, c, chunk_at(c, end));
      }
    }
  }

  static std::int32_t chunk_at(std::int32_t channel, std::int32_t end) {
    return end - channel < kChunk ? end - channel : kChunk;
  }

  /// @p n output channels from @p channel on, which read input channels from @p input_channel on.
  void compute_chunk(const Window& window, std::int32_t input_channel, std::int32_t channel,
                     std::int32_t n) {
    std::uint32_t sums[kChunk];
    for (std::int32_t c = 0; c < n; ++c)
      sums[c] = requantiser_.start(channel + c);
    for (std::int32_t ky = window.rows.begin; ky < window.rows.end; ++ky) {
      const std::int32_t row = window.y0 + ky * params_.dilation_h;
      for (std::int32_t kx = window.columns.begin; kx < window.columns.end; ++kx) {
        const std::int32_t column = window.x0 + kx * params_.dilation_w;
        const std::int8_t* x =
            window.image + input_channel + (std::ptrdiff_t{row} * x_.dims[2] + column) * x_.dims[3];
        const std::int8_t* w =
            weights_ + channel + (std::ptrdiff_t{ky} * w_.dims[2] + kx) * w_.dims[3];
        if (multiplier_ == 1) {
          accumulate_each(x, w, n, params_.input_zero_point, sums);
        } else {
          accumulate_spread(*x - params_.input_zero_point, w, n, sums);
        }
      }
    }
    for (std::int32_t c = 0; c < n; ++c) {
      *output_++ = requantiser_.finish(sums[c], channel + c);
    }
  }

  plan::ConvParams params_;
  plan::TensorRecord x_, w_, y_;
  Requantiser requantiser_;
  const std::int8_t* input_;
  const std::int8_t* weights_;
  std::int8_t* output_;
  std::int32_t multiplier_;  ///< output channels per input channel
};

}  // namespace

void depthwise_conv_2d(const KernelContext& context) {
  DepthwiseConv2d(context).run();
}

}  // namespace hil::engine::reference
