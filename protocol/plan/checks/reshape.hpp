// SPDX-License-Identifier: Apache-2.0
// Checks of RESHAPE.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

inline Finding check_reshape(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (x.type != y.type) return scope.bad_output(Fault::kOperandType, 0);
  if (element_count(x) != element_count(y)) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = element_count(y)};
}

}  // namespace hil::plan::checks
