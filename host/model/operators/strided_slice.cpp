// SPDX-License-Identifier: Apache-2.0
// STRIDED_SLICE: a begin and a stride per dimension. As in the reference, ellipsis_mask,
// new_axis_mask and offset change nothing.
#include <algorithm>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::StridedSliceOptions*>(table);
  return StridedSliceOptions{from.begin_mask(), from.end_mask(), from.shrink_axis_mask()};
}

bool supports(const OperatorView& view) {
  return moves_one_type(view);
}

bool has_bit(std::int32_t mask, std::size_t axis) {
  return ((static_cast<std::uint32_t>(mask) >> axis) & 1U) != 0;
}

/// What is taken of one dimension.
struct AxisSlice {
  std::int64_t begin = 0;
  std::int64_t stride = 0;
  std::int64_t size = 0;  ///< elements taken; may be 0 or below
};

/// One dimension of the operands.
struct AxisText {
  std::int64_t begin, end, stride;
};

/// A negative @p index counts from the end; what lies outside is brought to the edge.
std::int64_t inside(std::int64_t index, std::int64_t size, std::int64_t stride) {
  if (index < 0) index += size;
  return stride > 0 ? std::clamp<std::int64_t>(index, 0, size)
                    : std::clamp<std::int64_t>(index, -1, size - 1);
}

/// Source: StridedSlice's StartForAxis and StopForAxis of TensorFlow Lite. @p text.stride is not 0.
AxisSlice slice_of(const AxisText& text, std::int64_t size, std::size_t axis,
                   const StridedSliceOptions& options) {
  const bool forward = text.stride > 0;
  AxisSlice slice{forward ? 0 : size - 1, text.stride, 0};
  if (!has_bit(options.begin_mask, axis)) slice.begin = inside(text.begin, size, text.stride);
  std::int64_t end = forward ? size : -1;
  if (has_bit(options.shrink_axis_mask, axis)) {
    end = slice.begin + 1;
  } else if (!has_bit(options.end_mask, axis)) {
    end = inside(text.end, size, text.stride);
  }
  const std::int64_t step = forward ? text.stride : -text.stride;
  const std::int64_t reach = forward ? end - slice.begin : slice.begin - end;
  slice.size = reach > 0 ? (reach - 1) / step + 1 : 0;
  return slice;
}

/// Operands of one value per input dimension.
struct SliceText {
  std::vector<std::int64_t> begins, ends, strides;
};

Result<SliceText> read_text(const OperatorView& view) {
  const std::size_t rank = view.input(0)->shape.size();
  SliceText text;
  HIL_ASSIGN(text.begins, constant_integers(view, 1, "begin", rank));
  HIL_ASSIGN(text.ends, constant_integers(view, 2, "end", rank));
  HIL_ASSIGN(text.strides, constant_integers(view, 3, "strides", rank));
  constexpr std::int64_t kLimit = std::int64_t{1} << 32;  // keeps sums of any two in 64 bits
  for (const auto* values : {&text.begins, &text.ends, &text.strides}) {
    const bool bounded = std::ranges::all_of(
        *values, [](std::int64_t value) { return value > -kLimit && value < kLimit; });
    if (!bounded) return view.refuse("has a begin, end or stride beyond 32 bits");
  }
  if (std::ranges::find(text.strides, 0) != text.strides.end()) {
    return view.refuse("has a stride of 0");
  }
  return text;
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  const auto in = view.input(0)->shape, out = view.output(0)->shape;
  const auto options = view.options<StridedSliceOptions>();
  HIL_ASSIGN(const SliceText text, read_text(view));
  const std::vector<std::int32_t> element_strides = strides_of(in);
  plan::StridedViewParams params{};
  std::vector<std::int32_t> taken;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const AxisSlice slice =
        slice_of({text.begins[i], text.ends[i], text.strides[i]}, in[i], i, options);
    const bool shrinks = has_bit(options.shrink_axis_mask, i);
    if (slice.size < 1 || slice.begin >= in[i] || (shrinks && slice.size != 1)) {
      return view.refuse("takes nothing of a dimension of its input");
    }
    params.offset += static_cast<std::int32_t>(slice.begin) * element_strides[i];
    if (shrinks) continue;
    // With more than one element taken the stride is smaller than the dimension.
    const auto stride = slice.size > 1 ? static_cast<std::int32_t>(slice.stride) : 0;
    params.strides[taken.size()] = stride * element_strides[i];
    taken.push_back(static_cast<std::int32_t>(slice.size));
  }
  if (!std::ranges::equal(taken, out)) {
    return view.refuse("has an output of another shape than what it takes");
  }
  return folded_move(view, plan::Opcode::kStridedSlice, {view.input_index(0)}, params);
}

}  // namespace

const OperatorKind kStridedSliceKind = {
    .code = 45,
    .options_type = tflite::BuiltinOptions_StridedSliceOptions,
    .options_required = false,
    .min_inputs = 4,
    .max_inputs = 4,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
