// SPDX-License-Identifier: Apache-2.0
// Checks of CONCATENATION and SPLIT.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

/// Whether @p tensor consists of @p rows rows of equal length.
constexpr bool has_rows(const TensorRecord& tensor, std::uint32_t rows) {
  return rows != 0 && element_count(tensor) % rows == 0;
}

/// All inputs have the output's type and fill it exactly, row by row.
inline Finding check_concatenation(const OperatorScope& scope) {
  const TensorRecord y = scope.output(0);
  const std::uint32_t rows = scope.op.params<JoinParams>().rows;
  if (!has_rows(y, rows)) return scope.bad_output(Fault::kOperandShape, 0);
  std::uint64_t elements = 0;
  for (std::uint32_t i = 0; i < scope.op.input_count(); ++i) {
    const TensorRecord x = scope.input(i);
    if (x.type != y.type) return scope.bad_input(Fault::kOperandType, i);
    if (!has_rows(x, rows)) return scope.bad_input(Fault::kOperandShape, i);
    elements += element_count(x);
  }
  if (elements != element_count(y)) return scope.bad_output(Fault::kOperandShape, 0);
  return Finding{.steps = elements};
}

/// All outputs have the input's type and take it up exactly, row by row.
inline Finding check_split(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0);
  const std::uint32_t rows = scope.op.params<JoinParams>().rows;
  if (!has_rows(x, rows)) return scope.bad_input(Fault::kOperandShape, 0);
  std::uint64_t elements = 0;
  for (std::uint32_t i = 0; i < scope.op.output_count(); ++i) {
    const TensorRecord y = scope.output(i);
    if (y.type != x.type) return scope.bad_output(Fault::kOperandType, i);
    if (!has_rows(y, rows)) return scope.bad_output(Fault::kOperandShape, i);
    elements += element_count(y);
  }
  if (elements != element_count(x)) return scope.bad_input(Fault::kOperandShape, 0);
  return Finding{.steps = elements};
}

}  // namespace hil::plan::checks
