// SPDX-License-Identifier: Apache-2.0
// SVDF in float32, with float32 or int8 weights.
#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/svdf.hpp"
#include "target/engine/kernels/reference/weight_rows.hpp"

namespace hil::engine::reference {
namespace {

/// The weighted sum over the states of the filters of @p unit.
float sum_states(const float* states, const WeightRows& weights, const SvdfShape& shape,
                 std::int32_t unit) {
  float sum = 0;
  for (std::int32_t k = 0; k < shape.rank(); ++k) {
    const std::int32_t filter = unit * shape.rank() + k;
    sum += weights.dot(states + std::ptrdiff_t{filter} * shape.memory, filter);
  }
  return sum;
}

}  // namespace

void svdf_float(const KernelContext& context) {
  const SvdfShape shape(context);
  const auto params = context.params<plan::FloatSvdfParams>();
  const WeightRows feature_weights(context, 1, params.feature_scale);
  const WeightRows time_weights(context, 2, params.time_scale);
  const auto* x = context.input_data<float>(0);
  const auto* bias = context.input_data<float>(3);
  auto* y = context.output_data<float>(0);
  auto* states = context.output_data<float>(1);
  for (std::int32_t batch = 0; batch < shape.batch; ++batch) {
    age_states(states, shape);
    for (std::int32_t filter = 0; filter < shape.filters; ++filter)
      newest_state(states, shape, filter) = feature_weights.dot(x, filter);
    for (std::int32_t unit = 0; unit < shape.units; ++unit) {
      const float sum = sum_states(states, time_weights, shape, unit);
      *y++ = clamp_float(bias == nullptr ? sum : sum + bias[unit], params.activation_min,
                         params.activation_max);
    }
    x += shape.depth;
    states += std::ptrdiff_t{shape.filters} * shape.memory;
  }
}

}  // namespace hil::engine::reference
