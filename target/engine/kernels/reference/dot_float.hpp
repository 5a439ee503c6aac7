// SPDX-License-Identifier: Apache-2.0
// Dot products of float32 activations with float32 or int8 weights.
#pragma once

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/reference/dot.hpp"

namespace hil::engine::reference {

/// Partial sums side by side. Float sums may not be regrouped by the compiler; in lanes that are
/// added up once at the end, the inner loop is one vector operation, and the order is the same on
/// every core.
struct LaneSum {
  static constexpr std::int32_t kLanes = 4;
  float lane[kLanes] = {};

  [[nodiscard]] float total() const { return (lane[0] + lane[1]) + (lane[2] + lane[3]); }
};

/// sum += x[i] * w[i] for i < n, product i in lane i % 4.
template <class Weight>
void dot_single(const float* x, const Weight* w, std::ptrdiff_t n, LaneSum* sum) {
  LaneSum s = *sum;
  std::ptrdiff_t i = 0;
  for (; i + LaneSum::kLanes <= n; i += LaneSum::kLanes) {
    for (std::ptrdiff_t k = 0; k < LaneSum::kLanes; ++k)
      s.lane[k] += x[i + k] * static_cast<float>(w[i + k]);
  }
  for (std::ptrdiff_t k = 0; i < n; ++i, ++k)
    s.lane[k] += x[i] * static_cast<float>(w[i]);
  *sum = s;
}

/// The same for kBlock channels whose weights lie @p stride apart.
template <class Weight>
void dot_block(const float* x, const Weight* w, std::ptrdiff_t stride, std::ptrdiff_t n,
               LaneSum* sums) {
  static_assert(kBlock == 4);
  const Weight* w0 = w;
  const Weight* w1 = w0 + stride;
  const Weight* w2 = w1 + stride;
  const Weight* w3 = w2 + stride;
  LaneSum s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
  const auto add = [&](std::ptrdiff_t i, std::ptrdiff_t k) {
    s0.lane[k] += x[i] * static_cast<float>(w0[i]);
    s1.lane[k] += x[i] * static_cast<float>(w1[i]);
    s2.lane[k] += x[i] * static_cast<float>(w2[i]);
    s3.lane[k] += x[i] * static_cast<float>(w3[i]);
  };
  std::ptrdiff_t i = 0;
  for (; i + LaneSum::kLanes <= n; i += LaneSum::kLanes) {
    for (std::ptrdiff_t k = 0; k < LaneSum::kLanes; ++k)
      add(i + k, k);
  }
  for (std::ptrdiff_t k = 0; i < n; ++i, ++k)
    add(i, k);
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

}  // namespace hil::engine::reference
