// SPDX-License-Identifier: Apache-2.0
// RESIZE_NEAREST_NEIGHBOR: positions are computed here, in float32 as the reference does, so that
// no board needs floating point or a divider for them.
#include <algorithm>
#include <cmath>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/resize.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::ResizeNearestNeighborOptions*>(table);
  return ResizeOptions{from.align_corners(), from.half_pixel_centers()};
}

bool supports(const OperatorView& view) {
  return moves_one_type(view);
}

/// The input position of every output position.
/// Source: GetNearestNeighbor of TensorFlow Lite.
std::vector<std::uint16_t> positions(const ResizeAxis& axis, const ResizeOptions& options) {
  const float scale = resize_scale(axis, options.align_corners);
  const float offset = options.half_pixel_centers ? 0.5F : 0.0F;
  std::vector<std::uint16_t> table;
  for (std::int32_t i = 0; i < axis.out; ++i) {
    const float exact = (static_cast<float>(i) + offset) * scale;
    const float nearest = options.align_corners ? std::round(exact) : std::floor(exact);
    const auto position = static_cast<std::int32_t>(nearest);
    table.push_back(static_cast<std::uint16_t>(std::clamp(position, 0, axis.in - 1)));
  }
  return table;
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool& pool) {
  HIL_ASSIGN(const ResizeGeometry geometry, resize_geometry(view));
  const auto options = view.options<ResizeOptions>();
  return fold_resize(view, pool, plan::Opcode::kResizeNearestNeighbor, geometry,
                     [&](const ResizeAxis& axis) { return positions(axis, options); });
}

}  // namespace

const OperatorKind kResizeNearestNeighborKind = {
    .code = 97,
    .options_type = tflite::BuiltinOptions_ResizeNearestNeighborOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
