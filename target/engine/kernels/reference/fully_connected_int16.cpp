// SPDX-License-Identifier: Apache-2.0
// FULLY_CONNECTED of int16 activations with int8 weights.
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise_int16.hpp"

namespace hil::engine::reference {
namespace {

/// What a weight zero point adds to each sum of a row: -weights_zero_point * sum of x.
template <class Sum>
Sum weights_correction(const std::int16_t* x, std::int32_t n, std::int32_t weights_zero_point) {
  Sum sum = 0;
  for (std::int32_t i = 0; i < n; ++i)
    sum += static_cast<Sum>(x[i]);
  return Sum{0} - sum * static_cast<Sum>(weights_zero_point);
}

template <class Sum>
void connect(const KernelContext& context) {
  const auto params = context.params<plan::FullyConnectedParams>();
  const Int16Requantiser<Sum> requantiser(context, params);
  const plan::TensorRecord weights = context.input(1);
  const std::int32_t channels = weights.dims[0], depth = weights.dims[1];
  const auto rows = static_cast<std::int32_t>(plan::element_count(context.output(0))) / channels;
  const auto* x = context.input_data<std::int16_t>(0);
  const auto* w = context.input_data<std::int8_t>(1);
  auto* y = context.output_data<std::int16_t>(0);
  for (std::int32_t row = 0; row < rows; ++row, x += depth) {
    const Sum correction = weights_correction<Sum>(x, depth, params.weights_zero_point);
    for (std::int32_t channel = 0; channel < channels; ++channel) {
      Sum sum = requantiser.start(channel) + correction;
      dot_single(x, w + std::ptrdiff_t{channel} * depth, depth, &sum);
      *y++ = requantiser.finish(sum, channel);
    }
  }
}

}  // namespace

void fully_connected_int16(const KernelContext& context) {
  if (has_wide_bias(context)) return connect<WideSum>(context);
  connect<NarrowSum>(context);
}

}  // namespace hil::engine::reference
