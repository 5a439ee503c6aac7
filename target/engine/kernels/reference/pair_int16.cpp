// SPDX-License-Identifier: Apache-2.0
// ADD, SUB and MUL in int16 with broadcasting.
#include <cstdint>

#include "target/engine/kernels/reference/pair_sum.hpp"

namespace hil::engine::reference {
namespace {

constexpr std::int32_t kLeftShift = 15;  // 16 bits of a difference and 15 more fit

}  // namespace

void add_int16(const KernelContext& context) {
  combine_pairs<std::int16_t, kLeftShift>(
      context, [](std::int32_t a, std::int32_t b) { return fixed::add(a, b); });
}

void sub_int16(const KernelContext& context) {
  combine_pairs<std::int16_t, kLeftShift>(
      context, [](std::int32_t a, std::int32_t b) { return fixed::subtract(a, b); });
}

void mul_int16(const KernelContext& context) {
  const auto params = context.params<plan::MulParams>();  // all zero points are 0
  for_each_pair<std::int16_t>(context, [&params](std::int16_t a, std::int16_t b) {
    const std::int32_t scaled =
        fixed::rescale(std::int32_t{a} * b, params.output.multiplier, params.output.shift);
    return static_cast<std::int16_t>(
        fixed::clamp(scaled, params.activation_min, params.activation_max));
  });
}

}  // namespace hil::engine::reference
