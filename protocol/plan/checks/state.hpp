// SPDX-License-Identifier: Apache-2.0
// Checks of the outputs in which operators keep their state.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Output @p i has that type and two dimensions, batch and @p width, and is kept between
/// inferences.
inline Finding expect_state(const OperatorScope& scope, std::uint32_t i, ElementType type,
                            std::int32_t batch, std::uint64_t width) {
  const Finding found = scope.expect_output(i, type, 2);
  if (failed(found)) return found;
  const TensorRecord state = scope.output(i);
  if (state.memory != Memory::kState) return scope.bad_output(Fault::kNotState, i);
  const bool fits = state.dims[0] == batch && static_cast<std::uint64_t>(state.dims[1]) == width;
  return fits ? Finding{} : scope.bad_output(Fault::kOperandShape, i);
}

}  // namespace hil::plan::checks
