// SPDX-License-Identifier: Apache-2.0
// SOFTMAX in int8 over the last dimension; the output has scale 1/256 and zero point -128.
#include <bit>
#include <cstdint>
#include <limits>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// The sum of exponentials has 12 integer bits, each exponential none.
constexpr std::int32_t kSumBits = 12;

/// exp(beta * scale * difference), 31 fractional bits; difference <= 0.
std::int32_t exponential(std::int32_t difference, const plan::Rescale& beta) {
  const std::int32_t scaled =
      fixed::multiply_high(fixed::shift_left(difference, beta.shift), beta.multiplier);
  return fixed::exp_of_negative<5>(scaled);
}

/// value / 2^exponent for value >= 0. TFLM leaves exponents above 31 (more than 511 equal maxima)
/// undefined; there the true quotient is below one half.
std::int32_t scale_down(std::int32_t value, std::int32_t exponent) {
  return exponent > 31 ? 0 : fixed::divide_by_power_of_two(value, exponent);
}

template <class Out>
void softmax_row(const std::int8_t* x, Out* y, std::int32_t n, const plan::SoftmaxParams& params) {
  constexpr std::int32_t kBits = 8 * sizeof(Out);
  constexpr std::int32_t kLowest = std::numeric_limits<Out>::min();
  std::int32_t maximum = -128;
  for (std::int32_t i = 0; i < n; ++i)
    maximum = x[i] > maximum ? x[i] : maximum;
  std::uint32_t sum = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    const std::int32_t difference = x[i] - maximum;
    if (difference < params.diff_min) continue;
    sum += static_cast<std::uint32_t>(
        fixed::divide_by_power_of_two(exponential(difference, params.beta), kSumBits));
  }
  // The maximum itself adds 2^19, so sum is not 0.
  const auto headroom = static_cast<std::int32_t>(std::countl_zero(sum));
  const std::int32_t reciprocal = fixed::reciprocal_of_one_plus(
      static_cast<std::int32_t>((sum << headroom) - (std::uint32_t{1} << 31)));
  const std::int32_t exponent = kSumBits - headroom + 31 - kBits;
  for (std::int32_t i = 0; i < n; ++i) {
    const std::int32_t difference = x[i] - maximum;
    std::int32_t value = kLowest;
    if (difference >= params.diff_min) {
      const std::int32_t share =
          fixed::multiply_high(reciprocal, exponential(difference, params.beta));
      value = fixed::clamp(scale_down(share, exponent) + kLowest, kLowest, -kLowest - 1);
    }
    y[i] = static_cast<Out>(value);
  }
}

template <class Out>
void softmax_to(const KernelContext& context) {
  const auto params = context.params<plan::SoftmaxParams>();
  const plan::TensorRecord tensor = context.output(0);
  const std::int32_t depth = tensor.dims[tensor.rank - 1];
  const auto rows = static_cast<std::int32_t>(plan::element_count(tensor)) / depth;
  const auto* x = context.input_data<std::int8_t>(0);
  auto* y = context.output_data<Out>(0);
  for (std::int32_t row = 0; row < rows; ++row, x += depth, y += depth)
    softmax_row(x, y, depth, params);
}

}  // namespace

void softmax(const KernelContext& context) {
  if (context.output(0).type == plan::ElementType::kInt8) return softmax_to<std::int8_t>(context);
  softmax_to<std::int16_t>(context);
}

}  // namespace hil::engine::reference
