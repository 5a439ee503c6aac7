// SPDX-License-Identifier: Apache-2.0
// QUANTIZE: float32 to integers, and integers to integers of another scale.
#include <cstdint>
#include <limits>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// @p x rounded to the nearest integer, halves away from zero, without libm; from 2^17 on only the
/// sign counts (16 bits and any zero point are used up by then). Not a number gives 0.
std::int32_t round_steps(float x) {
  constexpr float kLimit = 131072.0F;
  if (!(x > -kLimit)) return x <= -kLimit ? -131072 : 0;
  if (!(x < kLimit)) return 131072;
  const auto whole = static_cast<std::int32_t>(x);
  const float rest = x - static_cast<float>(whole);  // exact
  return whole + (rest >= 0.5F ? 1 : 0) - (rest <= -0.5F ? 1 : 0);
}

template <class Out>
Out saturate(std::int32_t value) {
  return static_cast<Out>(
      fixed::clamp(value, std::numeric_limits<Out>::min(), std::numeric_limits<Out>::max()));
}

template <class Out>
void quantise(const KernelContext& context) {
  const plan::TensorRecord output = context.output(0);
  const auto* x = context.input_data<float>(0);
  auto* y = context.output_data<Out>(0);
  const std::uint32_t count = plan::element_count(output);
  for (std::uint32_t i = 0; i < count; ++i)
    y[i] = saturate<Out>(round_steps(x[i] / output.scale) + output.zero_point);
}

template <class In, class Out>
void requantise(const KernelContext& context) {
  const auto params = context.params<plan::RequantiseParams>();
  const auto* x = context.input_data<In>(0);
  auto* y = context.output_data<Out>(0);
  const std::uint32_t count = plan::element_count(context.output(0));
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int32_t value = fixed::subtract(x[i], params.input_zero_point);
    const std::int32_t scaled =
        fixed::rescale(value, params.rescale.multiplier, params.rescale.shift);
    y[i] = saturate<Out>(fixed::add(scaled, params.output_zero_point));
  }
}

template <class In>
void requantise_from(const KernelContext& context) {
  switch (context.output(0).type) {
    case plan::ElementType::kInt8:
      return requantise<In, std::int8_t>(context);
    case plan::ElementType::kInt16:
      return requantise<In, std::int16_t>(context);
    case plan::ElementType::kUint8:
      return requantise<In, std::uint8_t>(context);
    default:
      return requantise<In, std::int32_t>(context);
  }
}

}  // namespace

void quantize_float(const KernelContext& context) {
  if (context.output(0).type == plan::ElementType::kInt8) return quantise<std::int8_t>(context);
  quantise<std::int16_t>(context);
}

void quantize(const KernelContext& context) {
  switch (context.input(0).type) {
    case plan::ElementType::kInt8:
      return requantise_from<std::int8_t>(context);
    case plan::ElementType::kInt16:
      return requantise_from<std::int16_t>(context);
    case plan::ElementType::kUint8:
      return requantise<std::uint8_t, std::int8_t>(context);
    default:
      return requantise_from<std::int32_t>(context);
  }
}

}  // namespace hil::engine::reference
