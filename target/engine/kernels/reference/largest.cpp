// SPDX-License-Identifier: Apache-2.0
// REDUCE_MAX and ARG_MAX of int8 and float32.
#include <cstddef>
#include <cstdint>
#include <limits>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// One walk over the input in memory order; each element meets its output. Not a number is smaller
/// than nothing, as in the reference.
template <class Value>
void reduce(const KernelContext& context) {
  const std::uint32_t axes = context.params<plan::ReduceMaxParams>().axes;
  const plan::TensorRecord x = context.input(0);
  std::ptrdiff_t steps[plan::kMaxRank] = {};  // of the output; 0 along reduced dimensions
  std::ptrdiff_t step = 1;
  for (std::uint32_t i = x.rank; i-- > 0;) {
    if (((axes >> i) & 1u) != 0) continue;
    steps[i] = step;
    step *= x.dims[i];
  }
  const auto* from = context.input_data<Value>(0);
  auto* to = context.output_data<Value>(0);
  for (std::ptrdiff_t i = 0; i < step; ++i)
    to[i] = std::numeric_limits<Value>::lowest();
  std::int32_t position[plan::kMaxRank] = {};
  const std::uint32_t count = plan::element_count(x);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (from[i] > *to) *to = from[i];
    for (std::uint32_t d = x.rank; d-- > 0;) {
      to += steps[d];
      if (++position[d] < x.dims[d]) break;
      to -= steps[d] * x.dims[d];
      position[d] = 0;
    }
  }
}

template <class Value>
void find_largest(const KernelContext& context) {
  const auto params = context.params<plan::ArgMaxParams>();
  const auto* x = context.input_data<Value>(0);
  auto* y = context.output_data<std::int32_t>(0);
  for (std::uint32_t row = 0; row < params.rows; ++row, x += params.length * params.inner) {
    for (std::uint32_t i = 0; i < params.inner; ++i) {
      std::uint32_t best = 0;
      for (std::uint32_t k = 1; k < params.length; ++k) {
        if (x[k * params.inner + i] > x[best * params.inner + i]) best = k;
      }
      *y++ = static_cast<std::int32_t>(best);
    }
  }
}

}  // namespace

void reduce_max(const KernelContext& context) {
  if (context.input(0).type == plan::ElementType::kInt8) return reduce<std::int8_t>(context);
  reduce<float>(context);
}

void arg_max(const KernelContext& context) {
  if (context.input(0).type == plan::ElementType::kInt8) return find_largest<std::int8_t>(context);
  find_largest<float>(context);
}

}  // namespace hil::engine::reference
