// SPDX-License-Identifier: Apache-2.0
// Checks of RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR.
#pragma once

#include "protocol/plan/checks/scope.hpp"

namespace hil::plan::checks {

inline constexpr std::uint32_t kFractionOne = 1024;  ///< 1 in units of ResizeTap::fraction (int8)

/// Bytes of a table with one T per element of a dimension; nothing but that size is right.
template <class T>
std::span<const std::uint8_t> resize_table(const PlanView& plan, std::uint32_t offset,
                                           std::int32_t entries) {
  return plan.constant(offset, static_cast<std::size_t>(entries) * sizeof(T));
}

/// Images of one batch size and depth, tables of one T per output row and column.
template <class T>
Finding check_resize(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  Finding found = scope.expect_input(0, x.type, 4);
  if (!failed(found)) found = scope.expect_output(0, x.type, 4);
  if (failed(found)) return found;
  if (x.dims[0] != y.dims[0] || x.dims[3] != y.dims[3]) {
    return scope.bad_output(Fault::kOperandShape, 0);
  }
  const auto params = scope.op.params<ResizeParams>();
  if (params.rows_offset % 4 != 0 || params.columns_offset % 4 != 0 ||
      resize_table<T>(scope.plan, params.rows_offset, y.dims[1]).empty() ||
      resize_table<T>(scope.plan, params.columns_offset, y.dims[2]).empty()) {
    return Finding{.fault = Fault::kResizeTable};
  }
  // Tables are walked by the validator; bilinear elements are made of four.
  const std::uint64_t per_element = sizeof(T) == sizeof(ResizeTap) ? 4 : 1;
  return Finding{.steps = per_element * element_count(y)};
}

inline Finding check_resize_nearest(const OperatorScope& scope) {
  return check_resize<std::uint16_t>(scope);
}

inline Finding check_resize_bilinear(const OperatorScope& scope) {
  return check_resize<ResizeTap>(scope);
}

constexpr bool is_entry(std::uint16_t index, std::int32_t size, bool) {
  return index < size;
}

constexpr bool is_entry(const ResizeTap& tap, std::int32_t size, bool fixed_point) {
  return tap.lower < size && tap.upper < size && (!fixed_point || tap.fraction < kFractionOne);
}

/// Every entry of the table points into the @p size rows or columns of the input.
template <class T>
bool are_entries(std::span<const std::uint8_t> table, std::int32_t size, bool fixed_point) {
  for (std::size_t at = 0; at < table.size(); at += sizeof(T)) {
    if (!is_entry(load_at<T>(table, at), size, fixed_point)) return false;
  }
  return true;
}

template <class T>
Fault check_resize_entries(const OperatorScope& scope) {
  const TensorRecord x = scope.input(0), y = scope.output(0);
  const auto params = scope.op.params<ResizeParams>();
  const bool fixed_point = x.type == ElementType::kInt8;
  const bool good = are_entries<T>(resize_table<T>(scope.plan, params.rows_offset, y.dims[1]),
                                   x.dims[1], fixed_point) &&
                    are_entries<T>(resize_table<T>(scope.plan, params.columns_offset, y.dims[2]),
                                   x.dims[2], fixed_point);
  return good ? Fault::kNone : Fault::kResizeTable;
}

}  // namespace hil::plan::checks
