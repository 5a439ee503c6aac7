// SPDX-License-Identifier: Apache-2.0
// What the two resizes share: geometry from the file, one table per axis of the image.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"
#include "host/model/operators/movement.hpp"

namespace hil::model {

/// One axis of an image before and after.
struct ResizeAxis {
  std::int32_t in = 0;
  std::int32_t out = 0;

  bool operator==(const ResizeAxis&) const = default;
};

struct ResizeGeometry {
  ResizeAxis rows, columns;
};

/// Images of one batch size and depth whose output is as large as the constant size operand says.
///   kModel  not so, or an axis of more than 65535 elements
Result<ResizeGeometry> resize_geometry(const OperatorView& view);

/// in / out in float32, or (in - 1) / (out - 1) where corners are aligned.
float resize_scale(const ResizeAxis& axis, bool align_corners);

/// Folds with the tables that @p table_of gives for an axis; equal axes share one.
template <class TableOf>
FoldedOperator fold_resize(const OperatorView& view, ConstantPool& pool, plan::Opcode opcode,
                           const ResizeGeometry& geometry, const TableOf& table_of) {
  const auto add = [&pool, &table_of](const ResizeAxis& axis) {
    const auto table = table_of(axis);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(table.data());
    return pool.add({bytes, table.size() * sizeof(table[0])}, 4);
  };
  plan::ResizeParams params{};
  params.rows_offset = add(geometry.rows);
  const bool square = geometry.columns == geometry.rows;
  params.columns_offset = square ? params.rows_offset : add(geometry.columns);
  return folded_move(view, opcode, {view.input_index(0)}, params);
}

}  // namespace hil::model
