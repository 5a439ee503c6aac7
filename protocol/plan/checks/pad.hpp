// SPDX-License-Identifier: Apache-2.0
// Checks of PAD and PADV2.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// The input lies inside the output in every dimension; then no element is written outside.
inline Finding check_pad(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != y.type) return scope.bad_output(Fault::kOperandType, 0);
  if (x.rank != y.rank) return scope.bad_output(Fault::kOperandRank, 0);
  const auto params = scope.op.params<PadParams>();
  for (std::uint32_t i = 0; i < kMaxRank; ++i) {
    const std::int64_t end = std::int64_t{params.before[i]} + x.dims[i];
    if (params.before[i] < 0 || end > y.dims[i]) return scope.bad_output(Fault::kExtent, 0);
  }
  return Finding{.steps = std::uint64_t{element_count(x)} + element_count(y)};
}

}  // namespace hil::plan::checks
