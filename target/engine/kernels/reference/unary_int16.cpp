// SPDX-License-Identifier: Apache-2.0
// LOGISTIC, TANH, RELU, RELU6 and LEAKY_RELU in int16: too many values for a table of results.
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/sigmoid16.hpp"

namespace hil::engine::reference {
namespace {

template <class Function>
void for_each_value(const KernelContext& context, const Function& function) {
  const auto* x = context.input_data<std::int16_t>(0);
  auto* y = context.output_data<std::int16_t>(0);
  const std::uint32_t count = plan::element_count(context.output(0));
  for (std::uint32_t i = 0; i < count; ++i)
    y[i] = static_cast<std::int16_t>(function(std::int32_t{x[i]}));
}

/// @p x in steps of 2^-9 of the table's spacing; at most 2^30 in size before the shift.
std::int32_t table_position(std::int32_t x, const plan::Sigmoid16Params& params) {
  const std::int32_t half = params.shift > 0 ? std::int32_t{1} << (params.shift - 1) : 0;
  return (x * params.multiplier + half) >> params.shift;
}

/// The table at @p position steps of 2^-bits, and the given value behind its end.
std::int32_t saturating_sigmoid(std::int32_t position, std::int32_t bits, std::int32_t largest) {
  const std::int32_t magnitude = position < 0 ? -position : position;
  return (magnitude >> bits) >= 255 ? largest : sigmoid_between(magnitude, bits);
}

}  // namespace

void logistic_int16(const KernelContext& context) {
  const auto params = context.params<plan::Sigmoid16Params>();
  for_each_value(context, [&params](std::int32_t x) {
    const std::int32_t position = table_position(x, params);
    const std::int32_t share = saturating_sigmoid(position, 9, 32767 << 10);
    constexpr std::int32_t kOne = std::int32_t{1} << 25;
    return (position >= 0 ? share + 512 : kOne - share + 511) >> 10;
  });
}

/// tanh(x) = 2 * sigmoid(2 x) - 1: the position counts double.
void tanh_int16(const KernelContext& context) {
  const auto params = context.params<plan::Sigmoid16Params>();
  for_each_value(context, [&params](std::int32_t x) {
    const std::int32_t position = table_position(x, params);
    const std::int32_t share = saturating_sigmoid(position, 8, 65535 << 8);
    constexpr std::int32_t kHalf = std::int32_t{1} << 23;
    return (position >= 0 ? share - kHalf + 128 : -share + kHalf + 127) >> 8;
  });
}

void linear_int16(const KernelContext& context) {
  const auto params = context.params<plan::Linear16Params>();
  for_each_value(context, [&params](std::int32_t x) {
    const std::int32_t value = x - params.input_zero_point;
    const plan::Rescale& rescale = value >= 0 ? params.positive : params.negative;
    const std::int32_t scaled = fixed::rescale(value, rescale.multiplier, rescale.shift);
    const bool turned = value < 0 && params.turned != 0;
    const std::int32_t raised = turned ? fixed::subtract(params.output_zero_point, scaled)
                                       : fixed::add(scaled, params.output_zero_point);
    return fixed::clamp(raised, params.activation_min, params.activation_max);
  });
}

}  // namespace hil::engine::reference
