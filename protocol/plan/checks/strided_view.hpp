// SPDX-License-Identifier: Apache-2.0
// Checks of TRANSPOSE and STRIDED_SLICE.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// The smallest and the largest input index that any output element takes lie inside the input;
/// the output is written once, front to back.
inline Finding check_strided_view(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != y.type) return scope.bad_output(Fault::kOperandType, 0);
  const auto params = scope.op.params<StridedViewParams>();
  // Below 6 * 2^24 * 2^31: no sum can overflow.
  std::int64_t lowest = params.offset, highest = params.offset;
  for (std::uint32_t i = 0; i < kMaxRank; ++i) {
    const std::int64_t reach = (std::int64_t{y.dims[i]} - 1) * params.strides[i];
    (reach < 0 ? lowest : highest) += reach;
  }
  if (lowest < 0 || highest >= element_count(x)) return scope.bad_input(Fault::kExtent, 0);
  return Finding{.steps = element_count(y)};
}

}  // namespace hil::plan::checks
