// SPDX-License-Identifier: Apache-2.0
// The plain operators. Written from the arithmetic's description, not from the kernels.
#include "tests/target/engine/naive.hpp"

#include <algorithm>
#include <cstdlib>

namespace hil::engine::testing {
namespace {

constexpr Wide power(int n) {
  return Wide{1} << n;
}

std::int8_t finish(std::int64_t sum, std::size_t channel, const Channels& channels,
                   std::int32_t zero_point, std::int32_t low, std::int32_t high) {
  if (!channels.bias.empty()) sum += channels.bias[channel];
  const std::int64_t value =
      naive_rescale(sum, channels.multipliers[channel], channels.shifts[channel]) + zero_point;
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, low, high));
}

/// Calls visit(iy, ix, ky, kx) for every tap of the window that lies in the image.
template <class Visit>
void for_taps(const Image& x, int kh, int kw, int oy, int ox, const plan::ConvParams& params,
              Visit visit) {
  for (int ky = 0; ky < kh; ++ky) {
    for (int kx = 0; kx < kw; ++kx) {
      const int iy = oy * params.stride_h - params.pad_top + ky * params.dilation_h;
      const int ix = ox * params.stride_w - params.pad_left + kx * params.dilation_w;
      if (x.holds(iy, ix)) visit(iy, ix, ky, kx);
    }
  }
}

/// Calls set(n, y, x, c) for every element of @p image.
template <class Set>
void for_each(Image& image, Set set) {
  for (int n = 0; n < image.batch; ++n) {
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x) {
        for (int c = 0; c < image.depth; ++c)
          image.at(n, y, x, c) = set(n, y, x, c);
      }
    }
  }
}

plan::ConvParams window_of(const plan::PoolParams& params) {
  plan::ConvParams window{};
  window.stride_h = params.stride_h;
  window.stride_w = params.stride_w;
  window.pad_top = params.pad_top;
  window.pad_left = params.pad_left;
  window.dilation_h = window.dilation_w = 1;
  return window;
}

}  // namespace

Wide floor_divide(Wide a, Wide b) {
  const Wide quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

std::int64_t naive_multiply_high(std::int64_t a, std::int64_t b) {
  const Wide rounded = floor_divide(Wide{a} * b + power(30), power(31));
  return static_cast<std::int64_t>(std::min(rounded, power(31) - 1));
}

std::int64_t naive_divide(std::int64_t x, int n) {
  const Wide magnitude = x < 0 ? -Wide{x} : Wide{x};
  const Wide rounded = floor_divide(2 * magnitude + power(n), 2 * power(n));
  return static_cast<std::int64_t>(x < 0 ? -rounded : rounded);
}

std::int64_t naive_rescale(std::int64_t x, std::int64_t multiplier, int shift) {
  if (shift > 0) return naive_multiply_high(x * (std::int64_t{1} << shift), multiplier);
  return naive_divide(naive_multiply_high(x, multiplier), -shift);
}

/// The interval [-1/4, 0) by its series, whole quarters by a table.
std::int64_t naive_exp(std::int64_t a, int fractional_bits) {
  if (a == 0) return (std::int64_t{1} << 31) - 1;
  const std::int64_t quarter = std::int64_t{1} << (fractional_bits - 2);
  // a = small - rest with small in [-1/4, 0) and rest a multiple of 1/4.
  const auto quarters = static_cast<std::int64_t>(floor_divide(-a - 1, quarter));
  const std::int64_t small = a + quarters * quarter;
  const std::int64_t x =
      small * (std::int64_t{1} << (31 - fractional_bits)) + (std::int64_t{1} << 28);
  const std::int64_t x2 = naive_multiply_high(x, x);
  const std::int64_t x3 = naive_multiply_high(x2, x);
  const std::int64_t x4 = naive_multiply_high(x2, x2);
  const std::int64_t third = naive_multiply_high(naive_divide(x4, 2) + x3, 715827883);
  std::int64_t result = 1895147668;
  result += naive_multiply_high(1895147668, x + naive_divide(third + x2, 1));
  const std::array<std::int64_t, 7> factors{1672461947, 1302514674, 790015084, 290630308,
                                            39332535,   720401,     242};
  for (std::size_t k = 0; k < factors.size(); ++k) {
    if (((quarters >> k) & 1) != 0) result = naive_multiply_high(result, factors[k]);
  }
  return result;
}

std::int64_t naive_saturate(std::int64_t value) {
  return std::clamp<std::int64_t>(value, -(std::int64_t{1} << 31), (std::int64_t{1} << 31) - 1);
}

std::int64_t naive_newton(std::int64_t a) {
  const std::int64_t half = (a + (std::int64_t{1} << 31)) / 2;
  std::int64_t x = 1515870810 + naive_multiply_high(half, -1010580540);
  for (int step = 0; step < 3; ++step) {
    const std::int64_t error = (std::int64_t{1} << 29) - naive_multiply_high(half, x);
    x += naive_saturate(naive_multiply_high(x, error) * 4);
  }
  return x;
}

void naive_conv(const Image& x, const Image& weights, const Channels& channels,
                const plan::ConvParams& params, Image& y) {
  const int groups = x.depth / weights.depth;
  const int group_channels = y.depth / groups;
  for_each(y, [&](int n, int oy, int ox, int c) {
    std::int64_t sum = 0;
    for_taps(x, weights.height, weights.width, oy, ox, params, [&](int iy, int ix, int ky, int kx) {
      for (int i = 0; i < weights.depth; ++i) {
        const int value = x.at(n, iy, ix, c / group_channels * weights.depth + i);
        sum += weights.at(c, ky, kx, i) * (value - params.input_zero_point);
      }
    });
    return finish(sum, static_cast<std::size_t>(c), channels, params.output_zero_point,
                  params.activation_min, params.activation_max);
  });
}

void naive_depthwise(const Image& x, const Image& weights, const Channels& channels,
                     const plan::ConvParams& params, Image& y) {
  const int multiplier = y.depth / x.depth;
  for_each(y, [&](int n, int oy, int ox, int c) {
    std::int64_t sum = 0;
    for_taps(x, weights.height, weights.width, oy, ox, params, [&](int iy, int ix, int ky, int kx) {
      sum += weights.at(0, ky, kx, c) * (x.at(n, iy, ix, c / multiplier) - params.input_zero_point);
    });
    return finish(sum, static_cast<std::size_t>(c), channels, params.output_zero_point,
                  params.activation_min, params.activation_max);
  });
}

std::vector<std::int8_t> naive_fully_connected(const std::vector<std::int8_t>& x,
                                               const std::vector<std::int8_t>& weights,
                                               const Channels& channels,
                                               const plan::FullyConnectedParams& params) {
  const std::size_t out = channels.multipliers.size();
  const std::size_t depth = weights.size() / out;
  std::vector<std::int8_t> y(x.size() / depth * out);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::size_t row = i / out, channel = i % out;
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < depth; ++k) {
      sum += (weights[channel * depth + k] - params.weights_zero_point) *
             (x[row * depth + k] - params.input_zero_point);
    }
    y[i] = finish(sum, channel, channels, params.output_zero_point, params.activation_min,
                  params.activation_max);
  }
  return y;
}

void naive_average_pool(const Image& x, const plan::PoolParams& params, Image& y) {
  const plan::ConvParams window = window_of(params);
  for_each(y, [&](int n, int oy, int ox, int c) {
    int sum = 0, count = 0;
    for_taps(x, params.filter_h, params.filter_w, oy, ox, window, [&](int iy, int ix, int, int) {
      sum += x.at(n, iy, ix, c);
      ++count;
    });
    // Halves away from zero: |mean| = floor(|sum| / count + 1/2) with count / 2 rounded down.
    const int magnitude = (std::abs(sum) + count / 2) / count;
    const int mean = sum < 0 ? -magnitude : magnitude;
    return static_cast<std::int8_t>(std::clamp(mean, params.activation_min, params.activation_max));
  });
}

void naive_max_pool(const Image& x, const plan::PoolParams& params, Image& y) {
  const plan::ConvParams window = window_of(params);
  for_each(y, [&](int n, int oy, int ox, int c) {
    std::vector<int> taps;
    for_taps(x, params.filter_h, params.filter_w, oy, ox, window,
             [&](int iy, int ix, int, int) { taps.push_back(x.at(n, iy, ix, c)); });
    const int largest = *std::max_element(taps.begin(), taps.end());
    return static_cast<std::int8_t>(
        std::clamp(largest, params.activation_min, params.activation_max));
  });
}

namespace {

/// @p sign * b is added to a.
std::int8_t add_signed(std::int8_t a, std::int8_t b, int sign, const plan::AddParams& params) {
  const auto common = [](int value, const plan::Rescale& rescale) {
    return naive_rescale(std::int64_t{value} * (1 << 20), rescale.multiplier, rescale.shift);
  };
  const std::int64_t sum =
      common(a - params.zero_point_a, params.a) + sign * common(b - params.zero_point_b, params.b);
  const std::int64_t value =
      naive_rescale(sum, params.output.multiplier, params.output.shift) + params.output_zero_point;
  return static_cast<std::int8_t>(
      std::clamp<std::int64_t>(value, params.activation_min, params.activation_max));
}

}  // namespace

std::int8_t naive_add(std::int8_t a, std::int8_t b, const plan::AddParams& params) {
  return add_signed(a, b, 1, params);
}

std::int8_t naive_sub(std::int8_t a, std::int8_t b, const plan::AddParams& params) {
  return add_signed(a, b, -1, params);
}

std::int8_t naive_mul(std::int8_t a, std::int8_t b, const plan::MulParams& params) {
  const std::int64_t product = std::int64_t{a - params.zero_point_a} * (b - params.zero_point_b);
  const std::int64_t value = naive_rescale(product, params.output.multiplier, params.output.shift) +
                             params.output_zero_point;
  return static_cast<std::int8_t>(
      std::clamp<std::int64_t>(value, params.activation_min, params.activation_max));
}

std::vector<std::int8_t> naive_mean(const std::vector<std::int8_t>& x, const std::vector<int>& dims,
                                    const plan::MeanParams& params) {
  std::size_t outputs = 1;
  for (std::size_t d = 0; d < dims.size(); ++d) {
    if (((params.axes >> d) & 1U) == 0) outputs *= static_cast<std::size_t>(dims[d]);
  }
  std::vector<std::int64_t> sums(outputs);
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::size_t rest = i, to = 0, step = 1;
    for (std::size_t d = dims.size(); d-- > 0;) {
      const auto dim = static_cast<std::size_t>(dims[d]);
      if (((params.axes >> d) & 1U) == 0) {
        to += rest % dim * step;
        step *= dim;
      }
      rest /= dim;
    }
    sums[to] += x[i] - params.input_zero_point;
  }
  std::vector<std::int8_t> y;
  for (const std::int64_t sum : sums) {
    const std::int64_t value = naive_rescale(sum, params.rescale.multiplier, params.rescale.shift) +
                               params.output_zero_point;
    y.push_back(static_cast<std::int8_t>(std::clamp<std::int64_t>(value, -128, 127)));
  }
  return y;
}

std::vector<std::int8_t> naive_softmax(const std::vector<std::int8_t>& row,
                                       const plan::SoftmaxParams& params) {
  const int maximum = *std::max_element(row.begin(), row.end());
  const auto exponential = [&](std::int8_t value) {
    const std::int64_t shifted =
        std::int64_t{value - maximum} * (std::int64_t{1} << params.beta.shift);
    return naive_exp(naive_multiply_high(shifted, params.beta.multiplier), 26);
  };
  std::int64_t sum = 0;
  for (const std::int8_t value : row) {
    if (value - maximum >= params.diff_min) sum += naive_divide(exponential(value), 12);
  }
  int headroom = 0;
  while ((sum << headroom) < (std::int64_t{1} << 31))
    ++headroom;
  const std::int64_t reciprocal =
      naive_saturate(2 * naive_newton((sum << headroom) - (std::int64_t{1} << 31)));
  std::vector<std::int8_t> result;
  for (const std::int8_t value : row) {
    std::int64_t share = -128;
    if (value - maximum >= params.diff_min) {
      share =
          naive_divide(naive_multiply_high(reciprocal, exponential(value)), 35 - headroom) - 128;
    }
    result.push_back(static_cast<std::int8_t>(std::clamp<std::int64_t>(share, -128, 127)));
  }
  return result;
}

}  // namespace hil::engine::testing
