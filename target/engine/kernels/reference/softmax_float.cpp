// SPDX-License-Identifier: Apache-2.0
// SOFTMAX in float32 over the last dimension.
#include <cmath>
#include <cstdint>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

void softmax_row(const float* x, float* y, std::int32_t n, float beta) {
  float maximum = x[0];
  for (std::int32_t i = 1; i < n; ++i)
    maximum = x[i] > maximum ? x[i] : maximum;
  float sum = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    y[i] = std::exp((x[i] - maximum) * beta);
    sum += y[i];
  }
  for (std::int32_t i = 0; i < n; ++i)
    y[i] /= sum;
}

}  // namespace

void softmax_float(const KernelContext& context) {
  const auto params = context.params<plan::FloatSoftmaxParams>();
  const plan::TensorRecord tensor = context.output(0);
  const std::int32_t depth = tensor.dims[tensor.rank - 1];
  const auto rows = static_cast<std::int32_t>(plan::element_count(tensor)) / depth;
  const auto* x = context.input_data<float>(0);
  auto* y = context.output_data<float>(0);
  for (std::int32_t row = 0; row < rows; ++row, x += depth, y += depth)
    softmax_row(x, y, depth, params.beta);
}

}  // namespace hil::engine::reference
