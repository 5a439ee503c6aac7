// SPDX-License-Identifier: Apache-2.0
// MEAN in int8, over any dimensions.
#include <cstdint>
#include <limits>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/reduce.hpp"

namespace hil::engine::reference {
namespace {

template <class Value>
void mean_of(const KernelContext& context) {
  const auto params = context.params<plan::MeanParams>();
  // Modulo 2^32, as the sums: 2^24 elements and more of the extreme int8 values overflow, 2^16 of
  // int16.
  const std::uint32_t offset =
      elements_per_output(context) * static_cast<std::uint32_t>(params.input_zero_point);
  Reduction<Value, std::uint32_t>(context, params.axes).run([&](std::uint32_t sum) {
    const std::int32_t scaled = fixed::rescale(static_cast<std::int32_t>(sum - offset),
                                               params.rescale.multiplier, params.rescale.shift);
    return static_cast<Value>(fixed::clamp(fixed::add(scaled, params.output_zero_point),
                                           std::numeric_limits<Value>::min(),
                                           std::numeric_limits<Value>::max()));
  });
}

}  // namespace

void mean(const KernelContext& context) {
  mean_of<std::int8_t>(context);
}

void mean_int16(const KernelContext& context) {
  mean_of<std::int16_t>(context);
}

}  // namespace hil::engine::reference
