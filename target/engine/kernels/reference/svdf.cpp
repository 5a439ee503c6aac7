// SPDX-License-Identifier: Apache-2.0
// SVDF in int8, with its state in int8 or int16.
#include "target/engine/kernels/reference/svdf.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/dot.hpp"

namespace hil::engine::reference {
namespace {

std::int32_t rescaled(std::uint32_t sum, const plan::Rescale& rescale) {
  return fixed::rescale(static_cast<std::int32_t>(sum), rescale.multiplier, rescale.shift);
}

/// Writes the newest value of every filter of one batch.
template <class State>
void add_features(const std::int8_t* x, const std::int8_t* weights, const SvdfShape& shape,
                  const plan::SvdfParams& params, State* states) {
  constexpr std::int32_t kLow = std::numeric_limits<State>::min();
  constexpr std::int32_t kHigh = std::numeric_limits<State>::max();
  const auto store = [&](std::uint32_t sum, std::int32_t filter) {
    // Clamped before the zero point is added, then cut to the type: so does the reference.
    const std::int32_t value = fixed::clamp(rescaled(sum, params.feature), kLow, kHigh);
    newest_state(states, shape, filter) = static_cast<State>(params.state_zero_point + value);
  };
  std::int32_t filter = 0;
  for (; filter + kBlock <= shape.filters; filter += kBlock) {
    std::uint32_t sums[kBlock] = {};
    dot_block(x, weights + std::ptrdiff_t{filter} * shape.depth, shape.depth, shape.depth,
              params.input_zero_point, sums);
    for (std::int32_t k = 0; k < kBlock; ++k)
      store(sums[k], filter + k);
  }
  for (; filter < shape.filters; ++filter) {
    std::uint32_t sum = 0;
    dot_single(x, weights + std::ptrdiff_t{filter} * shape.depth, shape.depth,
               params.input_zero_point, &sum);
    store(sum, filter);
  }
}

/// One unit: the weighted sum over the states of its filters, which lie side by side. Modulo 2^32.
template <class State>
std::uint32_t sum_states(const State* states, const State* weights, std::ptrdiff_t count,
                         std::int32_t zero_point) {
  std::uint32_t sum = 0;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const auto difference = static_cast<std::uint32_t>(states[i] - zero_point);
    sum += difference * static_cast<std::uint32_t>(std::int32_t{weights[i]});
  }
  return sum;
}

template <class State>
void run(const KernelContext& context) {
  const SvdfShape shape(context);
  const auto params = context.params<plan::SvdfParams>();
  const auto* x = context.input_data<std::int8_t>(0);
  const auto* time_weights = context.input_data<State>(2);
  const auto* bias = context.input_data<std::int32_t>(3);
  auto* y = context.output_data<std::int8_t>(0);
  auto* states = context.output_data<State>(1);
  const std::ptrdiff_t per_unit = std::ptrdiff_t{shape.rank()} * shape.memory;
  for (std::int32_t batch = 0; batch < shape.batch; ++batch) {
    age_states(states, shape);
    add_features(x, context.input_data<std::int8_t>(1), shape, params, states);
    for (std::int32_t unit = 0; unit < shape.units; ++unit) {
      const std::ptrdiff_t first = unit * per_unit;
      const std::uint32_t sum =
          sum_states(states + first, time_weights + first, per_unit, params.state_zero_point) +
          (bias == nullptr ? 0 : static_cast<std::uint32_t>(bias[unit]));
      *y++ = static_cast<std::int8_t>(fixed::clamp(
          fixed::add(rescaled(sum, params.output), params.output_zero_point), -128, 127));
    }
    x += shape.depth;
    states += shape.units * per_unit;
  }
}

}  // namespace

void svdf(const KernelContext& context) {
  if (context.input(2).type == plan::ElementType::kInt16) {
    run<std::int16_t>(context);
  } else {
    run<std::int8_t>(context);
  }
}

}  // namespace hil::engine::reference
