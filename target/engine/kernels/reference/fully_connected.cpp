// SPDX-License-Identifier: Apache-2.0
// FULLY_CONNECTED in int8.
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/reference/dot.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise.hpp"

namespace hil::engine::reference {
namespace {

/// What a weight zero point adds to each sum of a row: -weights_zero_point * sum of (x -
/// zero_point).
std::uint32_t weights_correction(const std::int8_t* x, std::int32_t n,
                                 const plan::FullyConnectedParams& params) {
  if (params.weights_zero_point == 0) return 0;
  std::uint32_t sum = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    sum += static_cast<std::uint32_t>(x[i] - params.input_zero_point);
  }
  return 0u - sum * static_cast<std::uint32_t>(params.weights_zero_point);
}

/// One row: @p channels outputs from @p depth inputs.
void compute_row(const std::int8_t* x, const std::int8_t* weights, std::int32_t channels,
                 std::int32_t depth, const plan::FullyConnectedParams& params,
                 const Requantiser& requantiser, std::int8_t* y) {
  const std::uint32_t correction = weights_correction(x, depth, params);
  std::int32_t channel = 0;
  for (; channel + kBlock <= channels; channel += kBlock) {
    std::uint32_t sums[kBlock];
    for (std::int32_t k = 0; k < kBlock; ++k) {
      sums[k] = requantiser.start(channel + k) + correction;
    }
    dot_block(x, weights + std::ptrdiff_t{channel} * depth, depth, depth, params.input_zero_point,
              sums);
    for (std::int32_t k = 0; k < kBlock; ++k) {
      y[channel + k] = requantiser.finish(sums[k], channel + k);
    }
  }
  for (; channel < channels; ++channel) {
    std::uint32_t sum = requantiser.start(channel) + correction;
    dot_single(x, weights + std::ptrdiff_t{channel} * depth, depth, params.input_zero_point, &sum);
    y[channel] = requantiser.finish(sum, channel);
  }
}

}  // namespace

void fully_connected(const KernelContext& context) {
  const auto params = context.params<plan::FullyConnectedParams>();
  const Requantiser requantiser(context, params);
  const plan::TensorRecord weights = context.input(1);
  const std::int32_t channels = weights.dims[0], depth = weights.dims[1];
  const auto rows = static_cast<std::int32_t>(plan::element_count(context.output(0))) / channels;
  const auto* x = context.input_data<std::int8_t>(0);
  const auto* w = context.input_data<std::int8_t>(1);
  auto* y = context.output_data<std::int8_t>(0);
  for (std::int32_t row = 0; row < rows; ++row, x += depth, y += channels) {
    compute_row(x, w, channels, depth, params, requantiser, y);
  }
}

}  // namespace hil::engine::reference
