// SPDX-License-Identifier: Apache-2.0
// ADD and SUB in int8, with broadcasting.
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/broadcast.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// Both inputs are scaled up by 2^20 before they are brought to a common scale.
constexpr std::int32_t kLeftShift = 20;

std::int32_t to_common_scale(std::int32_t value, const plan::Rescale& rescale) {
  return fixed::divide_by_power_of_two(
      fixed::multiply_high(fixed::shift_left(value, kLeftShift), rescale.multiplier),
      -rescale.shift);
}

/// @p sum of two inputs on the common scale, as an output value.
std::int8_t finish(std::int32_t sum, const plan::AddParams& params) {
  const std::int32_t scaled = fixed::divide_by_power_of_two(
      fixed::multiply_high(sum, params.output.multiplier), -params.output.shift);
  return static_cast<std::int8_t>(fixed::clamp(fixed::add(scaled, params.output_zero_point),
                                               params.activation_min, params.activation_max));
}

}  // namespace

void add(const KernelContext& context) {
  const auto params = context.params<plan::AddParams>();
  for_each_pair<std::int8_t>(context, [&params](std::int8_t a, std::int8_t b) {
    return finish(to_common_scale(a - params.zero_point_a, params.a) +
                      to_common_scale(b - params.zero_point_b, params.b),
                  params);
  });
}

void sub(const KernelContext& context) {
  const auto params = context.params<plan::AddParams>();
  for_each_pair<std::int8_t>(context, [&params](std::int8_t a, std::int8_t b) {
    return finish(to_common_scale(a - params.zero_point_a, params.a) -
                      to_common_scale(b - params.zero_point_b, params.b),
                  params);
  });
}

}  // namespace hil::engine::reference
