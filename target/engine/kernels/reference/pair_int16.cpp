// SPDX-License-Identifier: Apache-2.0
// ADD, SUB and MUL in int16 with broadcasting.
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/broadcast.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// Both inputs are scaled up by 2^15 before they are brought to a common scale: 16 bits of a
/// difference and 15 more fit.
constexpr std::int32_t kLeftShift = 15;

std::int32_t to_common_scale(std::int32_t value, const plan::Rescale& rescale) {
  return fixed::divide_by_power_of_two(
      fixed::multiply_high(fixed::shift_left(value, kLeftShift), rescale.multiplier),
      -rescale.shift);
}

/// @p sum of two inputs on the common scale, as an output value.
std::int16_t finish(std::int32_t sum, const plan::AddParams& params) {
  const std::int32_t scaled = fixed::divide_by_power_of_two(
      fixed::multiply_high(sum, params.output.multiplier), -params.output.shift);
  return static_cast<std::int16_t>(fixed::clamp(fixed::add(scaled, params.output_zero_point),
                                                params.activation_min, params.activation_max));
}

}  // namespace

void add_int16(const KernelContext& context) {
  const auto params = context.params<plan::AddParams>();
  for_each_pair<std::int16_t>(context, [&params](std::int16_t a, std::int16_t b) {
    return finish(fixed::add(to_common_scale(a - params.zero_point_a, params.a),
                             to_common_scale(b - params.zero_point_b, params.b)),
                  params);
  });
}

void sub_int16(const KernelContext& context) {
  const auto params = context.params<plan::AddParams>();
  for_each_pair<std::int16_t>(context, [&params](std::int16_t a, std::int16_t b) {
    return finish(fixed::subtract(to_common_scale(a - params.zero_point_a, params.a),
                                  to_common_scale(b - params.zero_point_b, params.b)),
                  params);
  });
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
