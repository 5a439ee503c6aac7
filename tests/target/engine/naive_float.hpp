// SPDX-License-Identifier: Apache-2.0
// The float32 operators once more, as plainly as their definitions read and in double: what the
// kernels are compared with. Shares no code with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/plan/format.hpp"

namespace hil::engine::testing {

using Reals = std::vector<double>;

/// A batch of images, or weights as [batch, height, width, depth].
struct RealImage {
  int batch, height, width, depth;
  Reals values;

  RealImage(int n, int h, int w, int d)
      : batch(n),
        height(h),
        width(w),
        depth(d),
        values(static_cast<std::size_t>(n) * static_cast<std::size_t>(h) *
               static_cast<std::size_t>(w) * static_cast<std::size_t>(d)) {}
  double& at(int n, int y, int x, int c) {
    return values[static_cast<std::size_t>(((n * height + y) * width + x) * depth + c)];
  }
  [[nodiscard]] double at(int n, int y, int x, int c) const {
    return values[static_cast<std::size_t>(((n * height + y) * width + x) * depth + c)];
  }
};

/// @p bias is empty or has one value per output channel. Weights are [out, kh, kw, in / groups].
void naive_conv(const RealImage& x, const RealImage& weights, const Reals& bias,
                const plan::FloatConvParams& params, RealImage& y);
/// Weights are [1, kh, kw, in * multiplier].
void naive_depthwise(const RealImage& x, const RealImage& weights, const Reals& bias,
                     const plan::FloatConvParams& params, RealImage& y);
void naive_average_pool(const RealImage& x, const plan::FloatPoolParams& params, RealImage& y);
/// Rows of @p depth values; weights are [out, depth].
Reals naive_fully_connected(const Reals& x, const Reals& weights, const Reals& bias,
                            std::size_t depth, const plan::FloatRangeParams& range);
/// One row.
Reals naive_softmax(const Reals& x, double beta);

}  // namespace hil::engine::testing
