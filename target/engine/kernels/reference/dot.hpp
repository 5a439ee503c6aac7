// SPDX-License-Identifier: Apache-2.0
// Dot products of a run of int8 activations with int8 weights, the inner loop of most work.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hil::engine::reference {

/// Output channels computed at once: each activation is widened once for all of them.
inline constexpr std::int32_t kBlock = 4;

// Sums are kept modulo 2^32 (unsigned), as TFLM's are in practice when they overflow. The widened
// activation is int16 on purpose: GCC turns int16 products summed in 32 bits into multiply-add
// instructions (pmaddwd on x86-64, SMLAL on AArch64).

/// sums[k] += sum over i < n of (x[i] - zero_point) * w[k * stride + i], for k < kBlock.
inline void dot_block(const std::int8_t* x, const std::int8_t* w, std::ptrdiff_t stride,
                      std::ptrdiff_t n, std::int32_t zero_point, std::uint32_t* sums) {
  static_assert(kBlock == 4);
  const std::int8_t* w0 = w;
  const std::int8_t* w1 = w0 + stride;
  const std::int8_t* w2 = w1 + stride;
  const std::int8_t* w3 = w2 + stride;
  std::uint32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto value = static_cast<std::int16_t>(x[i] - zero_point);
    s0 += static_cast<std::uint32_t>(std::int32_t{value} * w0[i]);
    s1 += static_cast<std::uint32_t>(std::int32_t{value} * w1[i]);
    s2 += static_cast<std::uint32_t>(std::int32_t{value} * w2[i]);
    s3 += static_cast<std::uint32_t>(std::int32_t{value} * w3[i]);
  }
  sums[0] += s0;
  sums[1] += s1;
  sums[2] += s2;
  sums[3] += s3;
}

/// The same for one channel.
inline void dot_single(const std::int8_t* x, const std::int8_t* w, std::ptrdiff_t n,
                       std::int32_t zero_point, std::uint32_t* sum) {
  std::uint32_t total = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto value = static_cast<std::int16_t>(x[i] - zero_point);
    total += static_cast<std::uint32_t>(std::int32_t{value} * w[i]);
  }
  *sum += total;
}

}  // namespace hil::engine::reference
