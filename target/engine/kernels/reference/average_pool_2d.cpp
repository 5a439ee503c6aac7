// SPDX-License-Identifier: Apache-2.0
// AVERAGE_POOL_2D in int8.
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/window.hpp"

namespace hil::engine::reference {
namespace {

/// Channels whose sums are kept on the stack at once.
constexpr std::int32_t kChunk = 64;

/// sum / count, halves rounded away from zero.
std::int32_t rounded_average(std::int32_t sum, std::int32_t count) {
  const std::int32_t half = count / 2;
  return (sum > 0 ? fixed::add(sum, half) : fixed::subtract(sum, half)) / count;
}

class AveragePool2d {
 public:
  explicit AveragePool2d(const KernelContext& context)
      : params_(context.params<plan::PoolParams>()),
        x_(context.input(0)),
        y_(context.output(0)),
        input_(context.input_data<std::int8_t>(0)),
        output_(context.output_data<std::int8_t>(0)) {}

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
  void compute_pixel(const std::int8_t* image, std::int32_t oy, std::int32_t ox) {
    const std::int32_t y0 = oy * params_.stride_h - params_.pad_top;
    const std::int32_t x0 = ox * params_.stride_w - params_.pad_left;
    const Taps rows = taps_inside(y0, 1, params_.filter_h, x_.dims[1]);
    const Taps columns = taps_inside(x0, 1, params_.filter_w, x_.dims[2]);
    const std::int8_t* first =
        image + (std::ptrdiff_t{y0 + rows.begin} * x_.dims[2] + x0 + columns.begin) * x_.dims[3];
    for (std::int32_t c = 0; c < x_.dims[3]; c += kChunk) {
      const std::int32_t left = x_.dims[3] - c;
      compute_chunk(first + c, rows.count(), columns.count(), left < kChunk ? left : kChunk);
    }
  }

  /// @p n channels of a window of @p rows x @p columns taps, all inside the image.
  void compute_chunk(const std::int8_t* first, std::int32_t rows, std::int32_t columns,
                     std::int32_t n) {
    std::uint32_t sums[kChunk] = {};
    for (std::int32_t row = 0; row < rows; ++row) {
      const std::int8_t* x = first + std::ptrdiff_t{row} * x_.dims[2] * x_.dims[3];
      for (std::int32_t column = 0; column < columns; ++column, x += x_.dims[3]) {
        for (std::int32_t c = 0; c < n; ++c)
          sums[c] += static_cast<std::uint32_t>(x[c]);
      }
    }
    const std::int32_t count = rows * columns;
    for (std::int32_t c = 0; c < n; ++c) {
      const std::int32_t mean = rounded_average(static_cast<std::int32_t>(sums[c]), count);
      *output_++ = static_cast<std::int8_t>(
          fixed::clamp(mean, params_.activation_min, params_.activation_max));
    }
  }

  plan::PoolParams params_;
  plan::TensorRecord x_, y_;
  const std::int8_t* input_;
  std::int8_t* output_;
};

}  // namespace

void average_pool_2d(const KernelContext& context) {
  AveragePool2d(context).run();
}

}  // namespace hil::engine::reference
