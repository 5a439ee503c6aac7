// SPDX-License-Identifier: Apache-2.0
// SOFTMAX in int16 over the last dimension, by interpolation in two tables.
#include <bit>
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// Between the two of 513 entries that @p x lies between: 512 steps of 128.
/// Source: LUTLookup of TensorFlow Lite Micro.
std::int32_t interpolate(std::int32_t x, const std::int16_t* table) {
  const std::int16_t* base = table + 256 + (x >> 7);
  const std::int32_t slope = base[1] - base[0];
  return base[0] + ((slope * (x & 127) + 64) >> 7);
}

/// e^-d of a difference d that is rescaled to 0..65535 for 0..10, 15 fractional bits.
std::int32_t exponential(std::int32_t difference, const plan::Rescale& beta,
                         const std::int16_t* table) {
  const std::int32_t scaled = fixed::rescale(difference, beta.multiplier, beta.shift);
  return interpolate(fixed::clamp(fixed::add(scaled, 32767), -32768, 32767), table);
}

/// 1 / sum, brought to 0.5..1 by shifting the sum up by @p headroom - 1 bits; 15 fractional bits.
std::int32_t reciprocal(std::int32_t sum, std::int32_t headroom, const std::int16_t* table) {
  constexpr std::int32_t kOne = (1 << 16) + (1 << 15);  // 1, and the middle of the table
  const std::int64_t shifted = std::int64_t{sum} << (headroom - 1);  // 2^30 .. 2^31
  const auto rounded = static_cast<std::int32_t>((shifted + (1 << 13)) >> 14);
  return interpolate(fixed::clamp(rounded - kOne, -32768, 32767), table);
}

/// Exponentials wait in the output for their sum.
void softmax_row(const std::int16_t* x, std::int16_t* y, std::int32_t n, const plan::Rescale& beta,
                 const std::int16_t* exp_table, const std::int16_t* reciprocal_table) {
  std::int32_t maximum = x[0];
  for (std::int32_t i = 1; i < n; ++i)
    maximum = x[i] > maximum ? x[i] : maximum;
  std::int32_t sum = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    const std::int32_t value = exponential(x[i] - maximum, beta, exp_table);
    y[i] = static_cast<std::int16_t>(value);
    sum += value;
  }
  // The maximum itself adds 2^14 at least, so 1 <= headroom <= 17.
  const auto headroom =
      static_cast<std::int32_t>(std::countl_zero(static_cast<std::uint32_t>(sum)));
  const std::int64_t scale = reciprocal(sum, headroom, reciprocal_table);
  const std::int32_t right = 31 - headroom;
  for (std::int32_t i = 0; i < n; ++i) {
    const std::int64_t product = y[i] * scale + (std::int64_t{1} << (right - 1));
    y[i] = static_cast<std::int16_t>(
        fixed::clamp(static_cast<std::int32_t>(product >> right), 0, 32767));
  }
}

}  // namespace

void softmax_int16(const KernelContext& context) {
  const auto params = context.params<plan::Softmax16Params>();
  const auto* exp_table = context.table<std::int16_t>(params.exp_offset);
  const auto* reciprocal_table = context.table<std::int16_t>(params.reciprocal_offset);
  const plan::TensorRecord tensor = context.output(0);
  const std::int32_t depth = tensor.dims[tensor.rank - 1];
  const auto rows = static_cast<std::int32_t>(plan::element_count(tensor)) / depth;
  const auto* x = context.input_data<std::int16_t>(0);
  auto* y = context.output_data<std::int16_t>(0);
  for (std::int32_t row = 0; row < rows; ++row, x += depth, y += depth)
    softmax_row(x, y, depth, params.beta, exp_table, reciprocal_table);
}

}  // namespace hil::engine::reference
