// SPDX-License-Identifier: Apache-2.0
// Checks of operators that look every int8 value up in a table.
#pragma once

#include "protocol/plan/checks/broadcast.hpp"
#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

inline constexpr std::size_t kLookupEntries = 256;  ///< one for every int8 value

inline Finding check_lookup(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != ElementType::kInt8) return scope.bad_input(Fault::kOperandType, 0);
  if (y.type != ElementType::kInt8) return scope.bad_output(Fault::kOperandType, 0);
  if (!same_shape(x, y)) return scope.bad_output(Fault::kOperandShape, 0);
  const auto params = scope.op.params<LookupParams>();
  if (scope.plan.constant(params.table_offset, kLookupEntries).size() != kLookupEntries) {
    return Finding{.fault = Fault::kLookupTable};
  }
  return Finding{.steps = element_count(y)};
}

}  // namespace hil::plan::checks
