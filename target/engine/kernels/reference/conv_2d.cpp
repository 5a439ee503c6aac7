// SPDX-License-Identifier: Apache-2.0
// CONV_2D in int8, with groups and dilation.
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/reference/dot.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise.hpp"
#include "target/engine/kernels/reference/window.hpp"

namespace hil::engine::reference {
namespace {

class Conv2d {
 public:
  explicit Conv2d(const KernelContext& context)
      : params_(context.params<plan::ConvParams>()),
        x_(context.input(0)),
        w_(context.input(1)),
        y_(context.output(0)),
        requantiser_(context, params_),
        input_(context.input_data<std::int8_t>(0)),
        weights_(context.input_data<std::int8_t>(1)),
        output_(context.output_data<std::int8_t>(0)),
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
    const std::int8_t* input;
    std::ptrdiff_t weights;
  };

  void compute_pixel(const std::int8_t* image, std::int32_t oy, std::int32_t ox) {
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
      std::uint32_t sums[kBlock];
      for (std::int32_t k = 0; k < kBlock; ++k)
        sums[k] = requantiser_.start(channel + k);
      accumulate<kBlock>(window, channel, sums);
      for (std::int32_t k = 0; k < kBlock; ++k) {
        *output_++ = requantiser_.finish(sums[k], channel + k);
      }
    }
    for (; channel < end; ++channel) {
      std::uint32_t sum = requantiser_.start(channel);
      accumulate<1>(window, channel, &sum);
      *output_++ = requantiser_.finish(sum, channel);
    }
  }

  /// Adds the taps of the window to the sums of @p kChannels channels from @p channel on.
  template <std::int32_t kChannels>
  void accumulate(const Window& window, std::int32_t channel, std::uint32_t* sums) const {
    // Without gaps between taps and groups, a row of taps is one run in the image and the weights.
    const bool one_run = groups_ == 1 && params_.dilation_w == 1;
    const std::int32_t runs = one_run ? 1 : window.columns.count();
    const std::ptrdiff_t length = std::ptrdiff_t{one_run ? window.columns.count() : 1} * w_.dims[3];
    const std::ptrdiff_t input_step = std::ptrdiff_t{params_.dilation_w} * x_.dims[3];
    const std::ptrdiff_t input_row = std::ptrdiff_t{params_.dilation_h} * x_.dims[2] * x_.dims[3];
    const std::ptrdiff_t weights_row = std::ptrdiff_t{w_.dims[2]} * w_.dims[3];
    const std::int8_t* weights = weights_ + channel * channel_weights_ + window.weights;
    for (std::int32_t ky = 0; ky < window.rows.count(); ++ky) {
      for (std::int32_t run = 0; run < runs; ++run) {
        const std::int8_t* x = window.input + ky * input_row + run * input_step;
        const std::int8_t* w = weights + ky * weights_row + std::ptrdiff_t{run} * w_.dims[3];
        if constexpr (kChannels == kBlock) {
          dot_block(x, w, channel_weights_, length, params_.input_zero_point, sums);
        } else {
          dot_single(x, w, length, params_.input_zero_point, sums);
        }
      }
    }
  }

  plan::ConvParams params_;
  plan::TensorRecord x_, w_, y_;
  Requantiser requantiser_;
  const std::int8_t* input_;
  const std::int8_t* weights_;
  std::int8_t* output_;
  std::ptrdiff_t channel_weights_;  ///< weights of one output channel
  std::int32_t groups_;
  std::int32_t group_channels_;  ///< output channels of one group
};

}  // namespace

void conv_2d(const KernelContext& context) {
  Conv2d(context).run();
}

}  // namespace hil::engine::reference
