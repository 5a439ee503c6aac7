// SPDX-License-Identifier: Apache-2.0
// The int8 operators once more, as plainly as their definitions read and in wide integers: what the
// kernels are compared with. Shares no code with them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "protocol/plan/format.hpp"

namespace hil::engine::testing {

__extension__ using Wide = __int128;

/// floor(a / b) for b > 0.
Wide floor_divide(Wide a, Wide b);

/// a * b / 2^31 rounded to nearest, halves up; the one overflow saturates.
std::int64_t naive_multiply_high(std::int64_t a, std::int64_t b);
/// x / 2^n rounded to nearest, halves away from zero; any n >= 0.
std::int64_t naive_divide(std::int64_t x, int n);
/// x * multiplier * 2^(shift - 31) in two roundings. x * 2^shift must fit 32 bits for shift > 0.
std::int64_t naive_rescale(std::int64_t x, std::int64_t multiplier, int shift);

/// exp of a, a <= 0, with that many fractional bits (26 or 27); the result has 31.
std::int64_t naive_exp(std::int64_t a, int fractional_bits);
/// 2 / (1 + a / 2^31) with 29 fractional bits, a in [0, 2^31).
std::int64_t naive_newton(std::int64_t a);
/// @p value in 32 bits.
std::int64_t naive_saturate(std::int64_t value);

struct Image {
  int batch, height, width, depth;
  std::vector<std::int8_t> values;

  Image(int n, int h, int w, int d)
      : batch(n),
        height(h),
        width(w),
        depth(d),
        values(static_cast<std::size_t>(n) * static_cast<std::size_t>(h) *
               static_cast<std::size_t>(w) * static_cast<std::size_t>(d)) {}
  std::int8_t& at(int n, int y, int x, int c) {
    return values[static_cast<std::size_t>(((n * height + y) * width + x) * depth + c)];
  }
  [[nodiscard]] std::int8_t at(int n, int y, int x, int c) const {
    return values[static_cast<std::size_t>(((n * height + y) * width + x) * depth + c)];
  }
  [[nodiscard]] bool holds(int y, int x) const {
    return y >= 0 && y < height && x >= 0 && x < width;
  }
};

/// What convolutions and FULLY_CONNECTED do after the sum.
struct Channels {
  std::vector<std::int32_t> bias;  ///< empty: none
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;
};

/// Weights as an image of [out, kh, kw, in / groups].
void naive_conv(const Image& x, const Image& weights, const Channels& channels,
                const plan::ConvParams& params, Image& y);
/// Weights as an image of [1, kh, kw, out].
void naive_depthwise(const Image& x, const Image& weights, const Channels& channels,
                     const plan::ConvParams& params, Image& y);
std::vector<std::int8_t> naive_fully_connected(const std::vector<std::int8_t>& x,
                                               const std::vector<std::int8_t>& weights,
                                               const Channels& channels,
                                               const plan::FullyConnectedParams& params);
void naive_average_pool(const Image& x, const plan::PoolParams& params, Image& y);
void naive_max_pool(const Image& x, const plan::PoolParams& params, Image& y);
std::int8_t naive_add(std::int8_t a, std::int8_t b, const plan::AddParams& params);
std::int8_t naive_sub(std::int8_t a, std::int8_t b, const plan::AddParams& params);
std::int8_t naive_mul(std::int8_t a, std::int8_t b, const plan::MulParams& params);
/// MEAN of a tensor of dimensions @p dims.
std::vector<std::int8_t> naive_mean(const std::vector<std::int8_t>& x, const std::vector<int>& dims,
                                    const plan::MeanParams& params);
std::vector<std::int8_t> naive_softmax(const std::vector<std::int8_t>& row,
                                       const plan::SoftmaxParams& params);

}  // namespace hil::engine::testing
