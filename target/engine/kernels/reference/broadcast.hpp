// SPDX-License-Identifier: Apache-2.0
// The walk of operators with two inputs over their output, with broadcasting by numpy's rule.
#pragma once

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/kernel.hpp"

namespace hil::engine::reference {

/// An input seen through the output's dimensions: elements to move on per step of each dimension,
/// 0 where it is broadcast.
template <class T>
struct Operand {
  const T* data;
  std::ptrdiff_t steps[plan::kMaxRank];
};

template <class T>
Operand<T> make_operand(const T* data, const plan::TensorRecord& tensor, std::uint32_t rank) {
  Operand<T> operand{data, {}};
  std::ptrdiff_t step = 1;
  for (std::uint32_t i = 0; i < tensor.rank; ++i) {
    const std::int32_t dim = tensor.dims[tensor.rank - 1 - i];
    operand.steps[rank - 1 - i] = dim == 1 ? 0 : step;
    step *= dim;
  }
  return operand;
}

/// Goes to the next position of all dimensions but the last. @returns false after the last one.
template <class T>
bool advance(const plan::TensorRecord& y, std::int32_t* position, Operand<T>& a, Operand<T>& b) {
  for (std::uint32_t i = y.rank - 1; i-- > 0;) {
    a.data += a.steps[i];
    b.data += b.steps[i];
    if (++position[i] < y.dims[i]) return true;
    a.data -= a.steps[i] * y.dims[i];
    b.data -= b.steps[i] * y.dims[i];
    position[i] = 0;
  }
  return false;
}

/// Writes combine(a, b) to every element of output 0, which has elements of the same type as inputs
/// 0 and 1. The output may lie exactly where an input of its size lies.
template <class T, class Combine>
void for_each_pair(const KernelContext& context, const Combine& combine) {
  const auto* a = context.input_data<T>(0);
  const auto* b = context.input_data<T>(1);
  auto* y = context.output_data<T>(0);
  const plan::TensorRecord output = context.output(0);
  const std::uint32_t count = plan::element_count(output);
  if (plan::element_count(context.input(0)) == count &&
      plan::element_count(context.input(1)) == count) {
    for (std::uint32_t i = 0; i < count; ++i)
      y[i] = combine(a[i], b[i]);
    return;
  }
  const std::uint32_t last = output.rank - 1;
  Operand<T> left = make_operand(a, context.input(0), output.rank);
  Operand<T> right = make_operand(b, context.input(1), output.rank);
  std::int32_t position[plan::kMaxRank] = {};
  do {
    for (std::ptrdiff_t i = 0; i < output.dims[last]; ++i) {
      *y++ = combine(left.data[i * left.steps[last]], right.data[i * right.steps[last]]);
    }
  } while (advance(output, position, left, right));
}

}  // namespace hil::engine::reference
