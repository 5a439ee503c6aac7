// SPDX-License-Identifier: Apache-2.0
// RESIZE_BILINEAR in int8 and float32: positions and fractions stand in tables made by the host.
#include <bit>
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

using plan::ResizeTap;

/// The four input pixels around an output pixel: upper, lower row; left, right column.
template <class T>
struct Corners {
  const T *y0x0, *y1x0, *y0x1, *y1x1;
};

/// Weights of the corners in units of 2^-20, together 2^20: a sum of int8 stays in 28 bits, where
/// the reference uses 64. Half away from zero is added, then it truncates.
class BlendInt8 {
 public:
  BlendInt8(const ResizeTap& row, const ResizeTap& column) {
    const auto y = static_cast<std::int32_t>(row.fraction);
    const auto x = static_cast<std::int32_t>(column.fraction);
    weights_ = {(1024 - y) * (1024 - x), y * (1024 - x), (1024 - y) * x, y * x};
  }
  [[nodiscard]] std::int8_t at(const Corners<std::int8_t>& from, std::int32_t channel) const {
    const std::int32_t sum =
        from.y0x0[channel] * weights_.y0x0 + from.y1x0[channel] * weights_.y1x0 +
        from.y0x1[channel] * weights_.y0x1 + from.y1x1[channel] * weights_.y1x1;
    constexpr std::int32_t kHalf = 1 << 19;
    return static_cast<std::int8_t>((sum + (sum > 0 ? kHalf : -kHalf)) / (1 << 20));
  }

 private:
  struct {
    std::int32_t y0x0, y1x0, y0x1, y1x1;
  } weights_;
};

class BlendFloat {
 public:
  BlendFloat(const ResizeTap& row, const ResizeTap& column)
      : y_(std::bit_cast<float>(row.fraction)), x_(std::bit_cast<float>(column.fraction)) {}
  [[nodiscard]] float at(const Corners<float>& from, std::int32_t channel) const {
    return from.y0x0[channel] * (1 - y_) * (1 - x_) + from.y1x0[channel] * y_ * (1 - x_) +
           from.y0x1[channel] * (1 - y_) * x_ + from.y1x1[channel] * y_ * x_;
  }

 private:
  float y_, x_;
};

template <class T, class Blend>
void resize(const KernelContext& context) {
  const auto params = context.params<plan::ResizeParams>();
  const auto* rows = context.table<ResizeTap>(params.rows_offset);
  const auto* columns = context.table<ResizeTap>(params.columns_offset);
  const plan::TensorRecord x = context.input(0), y = context.output(0);
  const std::ptrdiff_t pixel = x.dims[3], line = pixel * x.dims[2];
  const auto* image = context.input_data<T>(0);
  auto* to = context.output_data<T>(0);
  for (std::int32_t n = 0; n < y.dims[0]; ++n, image += line * x.dims[1]) {
    for (std::int32_t i = 0; i < y.dims[1]; ++i) {
      const T* y0 = image + rows[i].lower * line;
      const T* y1 = image + rows[i].upper * line;
      for (std::int32_t j = 0; j < y.dims[2]; ++j) {
        const std::ptrdiff_t x0 = columns[j].lower * pixel, x1 = columns[j].upper * pixel;
        const Corners<T> corners{y0 + x0, y1 + x0, y0 + x1, y1 + x1};
        const Blend blend(rows[i], columns[j]);
        for (std::int32_t channel = 0; channel < x.dims[3]; ++channel)
          *to++ = blend.at(corners, channel);
      }
    }
  }
}

}  // namespace

void resize_bilinear(const KernelContext& context) {
  resize<std::int8_t, BlendInt8>(context);
}

void resize_bilinear_float(const KernelContext& context) {
  resize<float, BlendFloat>(context);
}

}  // namespace hil::engine::reference
