// SPDX-License-Identifier: Apache-2.0
// The walk of pooling operators over their windows; what is made of a window is the operator's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/kernel.hpp"
#include "target/engine/kernels/reference/window.hpp"

namespace hil::engine::reference {

/// Channels that are gathered on the stack at once.
inline constexpr std::int32_t kPoolChunk = 64;

/// Visits every window of input 0 and writes output 0. @p Gather has the types `Value` of an
/// element and `Total` of what is gathered, and the functions
///   Total start() const                        before the first tap
///   Total add(Total total, Value value) const  one tap more
///   Value finish(Total total, std::int32_t taps) const
/// @p Params has stride_h, stride_w, filter_h, filter_w, pad_top and pad_left.
template <class Gather, class Params>
class Pool {
 public:
  using Value = typename Gather::Value;
  using Total = typename Gather::Total;

  Pool(const KernelContext& context, const Params& params, const Gather& gather)
      : params_(params),
        gather_(gather),
        x_(context.input(0)),
        y_(context.output(0)),
        input_(context.input_data<Value>(0)),
        output_(context.output_data<Value>(0)) {}

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
  void compute_pixel(const Value* image, std::int32_t oy, std::int32_t ox) {
    const std::int32_t y0 = oy * params_.stride_h - params_.pad_top;
    const std::int32_t x0 = ox * params_.stride_w - params_.pad_left;
    const Taps rows = taps_inside(y0, 1, params_.filter_h, x_.dims[1]);
    const Taps columns = taps_inside(x0, 1, params_.filter_w, x_.dims[2]);
    const Value* first =
        image + (std::ptrdiff_t{y0 + rows.begin} * x_.dims[2] + x0 + columns.begin) * x_.dims[3];
    for (std::int32_t c = 0; c < x_.dims[3]; c += kPoolChunk) {
      const std::int32_t left = x_.dims[3] - c;
      compute_chunk(first + c, rows.count(), columns.count(),
                    left < kPoolChunk ? left : kPoolChunk);
    }
  }

  /// @p n channels of a window of @p rows x @p columns taps, all inside the image.
  void compute_chunk(const Value* first, std::int32_t rows, std::int32_t columns, std::int32_t n) {
    Total totals[kPoolChunk];
    for (std::int32_t c = 0; c < n; ++c)
      totals[c] = gather_.start();
    for (std::int32_t row = 0; row < rows; ++row) {
      const Value* x = first + std::ptrdiff_t{row} * x_.dims[2] * x_.dims[3];
      for (std::int32_t column = 0; column < columns; ++column, x += x_.dims[3]) {
        for (std::int32_t c = 0; c < n; ++c)
          totals[c] = gather_.add(totals[c], x[c]);
      }
    }
    for (std::int32_t c = 0; c < n; ++c)
      *output_++ = gather_.finish(totals[c], rows * columns);
  }

  Params params_;
  Gather gather_;
  plan::TensorRecord x_, y_;
  const Value* input_;
  Value* output_;
};

}  // namespace hil::engine::reference
