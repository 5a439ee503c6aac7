// SPDX-License-Identifier: Apache-2.0
// FULLY_CONNECTED in float32, with float32 or int8 weights.
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/reference/dot_float.hpp"
#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// One row: @p channels outputs from @p depth inputs.
template <class Weight>
void compute_row(const float* x, const Weight* weights, std::int32_t channels, std::int32_t depth,
                 const FloatOutput& output, float* y) {
  std::int32_t channel = 0;
  for (; channel + kBlock <= channels; channel += kBlock) {
    LaneSum sums[kBlock];
    dot_block(x, weights + std::ptrdiff_t{channel} * depth, depth, depth, sums);
    for (std::int32_t k = 0; k < kBlock; ++k)
      y[channel + k] = output.finish(sums[k].total(), channel + k);
  }
  for (; channel < channels; ++channel) {
    LaneSum sum;
    dot_single(x, weights + std::ptrdiff_t{channel} * depth, depth, &sum);
    y[channel] = output.finish(sum.total(), channel);
  }
}

template <class Weight>
void run(const KernelContext& context) {
  const FloatOutput output(context, context.params<plan::FloatFullyConnectedParams>());
  const plan::TensorRecord weights = context.input(1);
  const std::int32_t channels = weights.dims[0], depth = weights.dims[1];
  const auto rows = static_cast<std::int32_t>(plan::element_count(context.output(0))) / channels;
  const auto* x = context.input_data<float>(0);
  auto* y = context.output_data<float>(0);
  for (std::int32_t row = 0; row < rows; ++row, x += depth, y += channels) {
    compute_row(x, context.input_data<Weight>(1), channels, depth, output, y);
  }
}

}  // namespace

void fully_connected_float(const KernelContext& context) {
  if (context.input(1).type == plan::ElementType::kInt8) {
    run<std::int8_t>(context);
  } else {
    run<float>(context);
  }
}

}  // namespace hil::engine::reference
