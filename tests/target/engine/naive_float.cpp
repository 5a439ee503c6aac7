// SPDX-License-Identifier: Apache-2.0
// Plain loops over every index, with a bounds test at every tap.
#include "tests/target/engine/naive_float.hpp"

#include <algorithm>
#include <cmath>

namespace hil::engine::testing {
namespace {

template <class Params>
double clamped(double value, const Params& params) {
  return std::min(std::max(value, static_cast<double>(params.activation_min)),
                  static_cast<double>(params.activation_max));
}

double bias_of(const Reals& bias, int channel) {
  return bias.empty() ? 0.0 : bias[static_cast<std::size_t>(channel)];
}

/// Sets every element of @p image to set(n, y, x, c).
template <class Set>
void fill(RealImage& image, const Set& set) {
  for (int n = 0; n < image.batch; ++n) {
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x) {
        for (int c = 0; c < image.depth; ++c)
          image.at(n, y, x, c) = set(n, y, x, c);
      }
    }
  }
}

/// Calls visit(ky, kx, iy, ix) for every tap of a filter that lies inside @p image.
template <class Params, class Visit>
void for_taps(const RealImage& image, int filter_h, int filter_w, int dilation_h, int dilation_w,
              const Params& params, int oy, int ox, const Visit& visit) {
  for (int ky = 0; ky < filter_h; ++ky) {
    for (int kx = 0; kx < filter_w; ++kx) {
      const int iy = oy * params.stride_h - params.pad_top + ky * dilation_h;
      const int ix = ox * params.stride_w - params.pad_left + kx * dilation_w;
      if (iy < 0 || ix < 0 || iy >= image.height || ix >= image.width) continue;
      visit(ky, kx, iy, ix);
    }
  }
}

}  // namespace

void naive_conv(const RealImage& x, const RealImage& weights, const Reals& bias,
                const plan::FloatConvParams& params, RealImage& y) {
  const int groups = x.depth / weights.depth;
  fill(y, [&](int n, int oy, int ox, int c) {
    const int first = c / (y.depth / groups) * weights.depth;
    double sum = bias_of(bias, c);
    for_taps(x, weights.height, weights.width, params.dilation_h, params.dilation_w, params, oy, ox,
             [&](int ky, int kx, int iy, int ix) {
               for (int i = 0; i < weights.depth; ++i)
                 sum += x.at(n, iy, ix, first + i) * weights.at(c, ky, kx, i);
             });
    return clamped(sum, params);
  });
}

void naive_depthwise(const RealImage& x, const RealImage& weights, const Reals& bias,
                     const plan::FloatConvParams& params, RealImage& y) {
  const int multiplier = y.depth / x.depth;
  fill(y, [&](int n, int oy, int ox, int c) {
    double sum = bias_of(bias, c);
    for_taps(x, weights.height, weights.width, params.dilation_h, params.dilation_w, params, oy, ox,
             [&](int ky, int kx, int iy, int ix) {
               sum += x.at(n, iy, ix, c / multiplier) * weights.at(0, ky, kx, c);
             });
    return clamped(sum, params);
  });
}

void naive_average_pool(const RealImage& x, const plan::FloatPoolParams& params, RealImage& y) {
  fill(y, [&](int n, int oy, int ox, int c) {
    double sum = 0;
    int taps = 0;
    for_taps(x, params.filter_h, params.filter_w, 1, 1, params, oy, ox,
             [&](int, int, int iy, int ix) {
               sum += x.at(n, iy, ix, c);
               ++taps;
             });
    return clamped(sum / taps, params);
  });
}

Reals naive_fully_connected(const Reals& x, const Reals& weights, const Reals& bias,
                            std::size_t depth, const plan::FloatRangeParams& range) {
  Reals y;
  for (std::size_t row = 0; row < x.size() / depth; ++row) {
    for (std::size_t c = 0; c < weights.size() / depth; ++c) {
      double sum = bias_of(bias, static_cast<int>(c));
      for (std::size_t i = 0; i < depth; ++i)
        sum += x[row * depth + i] * weights[c * depth + i];
      y.push_back(clamped(sum, range));
    }
  }
  return y;
}

Reals naive_softmax(const Reals& x, double beta) {
  double sum = 0;
  for (const double value : x)
    sum += std::exp((value - x[0]) * beta);
  Reals y;
  for (const double value : x)
    y.push_back(std::exp((value - x[0]) * beta) / sum);
  return y;
}

}  // namespace hil::engine::testing
