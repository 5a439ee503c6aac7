// SPDX-License-Identifier: Apache-2.0
// The arithmetic of ADD and SUB in whole numbers, for int8 and int16 alike.
#pragma once

#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/broadcast.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {

/// An input less its zero point, scaled up by 2^kLeftShift, on the scale common to both inputs.
template <std::int32_t kLeftShift>
std::int32_t to_common_scale(std::int32_t value, const plan::Rescale& rescale) {
  return fixed::divide_by_power_of_two(
      fixed::multiply_high(fixed::shift_left(value, kLeftShift), rescale.multiplier),
      -rescale.shift);
}

/// Writes combine(a, b), both on the common scale, brought to the scale of the output, of every
/// pair.
template <class T, std::int32_t kLeftShift, class Combine>
void combine_pairs(const KernelContext& context, Combine combine) {
  const auto params = context.params<plan::AddParams>();
  for_each_pair<T>(context, [&params, combine](T a, T b) {
    const std::int32_t sum =
        combine(to_common_scale<kLeftShift>(a - params.zero_point_a, params.a),
                to_common_scale<kLeftShift>(b - params.zero_point_b, params.b));
    const std::int32_t scaled = fixed::divide_by_power_of_two(
        fixed::multiply_high(sum, params.output.multiplier), -params.output.shift);
    return static_cast<T>(fixed::clamp(fixed::add(scaled, params.output_zero_point),
                                       params.activation_min, params.activation_max));
  });
}

}  // namespace hil::engine::reference
