// SPDX-License-Identifier: Apache-2.0
// Weights of recurrent float32 operators, [rows, depth] of float32 or int8, a row at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/kernel.hpp"
#include "target/engine/kernels/reference/dot_float.hpp"

namespace hil::engine::reference {

/// Weights at one input of an operator; int8 ones have one scale for all of them.
class WeightRows {
 public:
  WeightRows() = default;
  WeightRows(const KernelContext& context, std::uint32_t input, float scale)
      : depth_(context.input(input).dims[1]), scale_(scale) {
    if (context.input(input).type == plan::ElementType::kInt8) {
      bytes_ = context.input_data<std::int8_t>(input);
    } else {
      floats_ = context.input_data<float>(input);
    }
  }

  /// The sum of the products of @p x, which has as many values as a row, with row @p row.
  [[nodiscard]] float dot(const float* x, std::int32_t row) const {
    LaneSum sum;
    const std::ptrdiff_t start = std::ptrdiff_t{row} * depth_;
    if (floats_ != nullptr) {
      dot_single(x, floats_ + start, depth_, &sum);
      return sum.total();
    }
    dot_single(x, bytes_ + start, depth_, &sum);
    return sum.total() * scale_;
  }

 private:
  std::int32_t depth_ = 0;
  float scale_ = 0;
  const float* floats_ = nullptr;  ///< one of them is given
  const std::int8_t* bytes_ = nullptr;
};

}  // namespace hil::engine::reference
