// SPDX-License-Identifier: Apache-2.0
// RESIZE_BILINEAR: positions and fractions are computed here, in int8's 10-bit fixed point or in
// float32. Where both neighbours are one, the fraction is 0: whatever the reference has there
// (below 0 or above 1 at the borders) cancels.
#include <algorithm>
#include <bit>
#include <cmath>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/resize.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

constexpr std::int64_t kOne = 1024;  // 10-bit fixed point

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::ResizeBilinearOptions*>(table);
  return ResizeOptions{from.align_corners(), from.half_pixel_centers()};
}

bool supports(const OperatorView& view) {
  return (view.input_is(0, TensorType::kInt8) && view.output_is(0, TensorType::kInt8)) ||
         (view.input_is(0, TensorType::kFloat32) && view.output_is(0, TensorType::kFloat32));
}

plan::ResizeTap tap_of(std::int64_t lower, std::int64_t upper, std::uint32_t fraction) {
  return {static_cast<std::uint16_t>(lower), static_cast<std::uint16_t>(upper),
          lower == upper ? 0 : fraction};
}

/// Source: ResizeBilinearInteger and ComputeInterpolationValuesInteger of TensorFlow Lite.
std::vector<plan::ResizeTap> fixed_point_taps(const ResizeAxis& axis,
                                              const ResizeOptions& options) {
  const bool aligned = options.align_corners && axis.out > 1;
  const std::int64_t last = axis.in - 1, span = aligned ? axis.out - 1 : axis.out;
  const std::int64_t scale = (kOne * (aligned ? last : axis.in) + span / 2) / span;
  std::vector<plan::ResizeTap> taps;
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const std::int64_t at =
        options.half_pixel_centers ? i * scale + scale / 2 - kOne / 2 : i * scale;
    const std::int64_t lower = std::clamp<std::int64_t>(at / kOne, 0, last);
    const std::int64_t upper = std::min((at + kOne - 1) / kOne, last);
    taps.push_back(tap_of(lower, upper, static_cast<std::uint32_t>(at - kOne * lower)));
  }
  return taps;
}

/// Source: ComputeInterpolationValues of TensorFlow Lite.
std::vector<plan::ResizeTap> float_taps(const ResizeAxis& axis, const ResizeOptions& options) {
  const float scale = resize_scale(axis, options.align_corners);
  const std::int64_t last = axis.in - 1;
  std::vector<plan::ResizeTap> taps;
  for (std::int32_t i = 0; i < axis.out; ++i) {
    const float at = options.half_pixel_centers ? (static_cast<float>(i) + 0.5F) * scale - 0.5F
                                                : static_cast<float>(i) * scale;
    const auto lower = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(at)), 0, last);
    const auto upper = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(at)), 0, last);
    taps.push_back(
        tap_of(lower, upper, std::bit_cast<std::uint32_t>(at - static_cast<float>(lower))));
  }
  return taps;
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool& pool) {
  HIL_ASSIGN(const ResizeGeometry geometry, resize_geometry(view));
  const auto options = view.options<ResizeOptions>();
  if (options.align_corners && options.half_pixel_centers) {
    return view.refuse("has both align_corners and half_pixel_centers",
                       "convert the model with one of them");
  }
  const bool fixed_point = view.input_is(0, TensorType::kInt8);
  return fold_resize(
      view, pool, plan::Opcode::kResizeBilinear, geometry, [&](const ResizeAxis& axis) {
        return fixed_point ? fixed_point_taps(axis, options) : float_taps(axis, options);
      });
}

}  // namespace

const OperatorKind kResizeBilinearKind = {
    .code = 23,
    .options_type = tflite::BuiltinOptions_ResizeBilinearOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
