// SPDX-License-Identifier: Apache-2.0
// ADD in int8, with broadcasting.
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
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

std::int8_t add_values(std::int8_t a, std::int8_t b, const plan::AddParams& params) {
  const std::int32_t sum = to_common_scale(a - params.zero_point_a, params.a) +
                           to_common_scale(b - params.zero_point_b, params.b);
  const std::int32_t scaled = fixed::divide_by_power_of_two(
      fixed::multiply_high(sum, params.output.multiplier), -params.output.shift);
  return static_cast<std::int8_t>(fixed::clamp(fixed::add(scaled, params.output_zero_point),
                                               params.activation_min, params.activation_max));
}

/// An input seen through the output's dimensions: elements to move on per step of each dimension,
/// 0 where it is broadcast.
struct Operand {
  const std::int8_t* data;
  std::ptrdiff_t steps[plan::kMaxRank];
};

Operand make_operand(const std::int8_t* data, const plan::TensorRecord& tensor,
                     std::uint32_t rank) {
  Operand operand{data, {}};
  std::ptrdiff_t step = 1;
  for (std::uint32_t i = 0; i < tensor.rank; ++i) {
    const std::int32_t dim = tensor.dims[tensor.rank - 1 - i];
    operand.steps[rank - 1 - i] = dim == 1 ? 0 : step;
    step *= dim;
  }
  return operand;
}

/// Goes to the next position of all dimensions but the last. @returns false after the last one.
bool advance(const plan::TensorRecord& y, std::int32_t* position, Operand& a, Operand& b) {
  for (std::uint32_t i = y.rank - 1; i-- > 0;) {
    a.data += a.steps[i];
    b.data += b.steps[i];
    if (++position[i] < y.dims[i]) return true;
    a.data -= a.steps[i] * y.dims[i];
    b.data -= b.steps[i] * y.dims[i];
    position[i] = 0;
  }
  return false;
}

void add_broadcast(Operand a, Operand b, const plan::TensorRecord& y, std::int8_t* output,
                   const plan::AddParams& params) {
  const std::uint32_t last = y.rank - 1;
  std::int32_t position[plan::kMaxRank] = {};
  do {
    for (std::ptrdiff_t i = 0; i < y.dims[last]; ++i) {
      *output++ = add_values(a.data[i * a.steps[last]], b.data[i * b.steps[last]], params);
    }
  } while (advance(y, position, a, b));
}

}  // namespace

void add(const KernelContext& context) {
  const auto params = context.params<plan::AddParams>();
  const auto* a = context.input_data<std::int8_t>(0);
  const auto* b = context.input_data<std::int8_t>(1);
  auto* y = context.output_data<std::int8_t>(0);
  const plan::TensorRecord output = context.output(0);
  const std::uint32_t count = plan::element_count(output);
  if (plan::element_count(context.input(0)) == count &&
      plan::element_count(context.input(1)) == count) {
    for (std::uint32_t i = 0; i < count; ++i)
      y[i] = add_values(a[i], b[i], params);
    return;
  }
  add_broadcast(make_operand(a, context.input(0), output.rank),
                make_operand(b, context.input(1), output.rank), output, y, params);
}

}  // namespace hil::engine::reference
