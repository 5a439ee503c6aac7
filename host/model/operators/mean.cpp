// SPDX-License-Identifier: Apache-2.0
// MEAN and REDUCE_MAX: over constant axes, in any number and order, negative ones counted from the
// end.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};  // keep_dims shows in the output's shape
}

bool supports(const OperatorView& view) {
  const auto all_are = [&view](TensorType type) {
    return view.input_is(0, type) && view.output_is(0, type);
  };
  return view.input_is(1, TensorType::kInt32) &&
         (all_are(TensorType::kInt8) || all_are(TensorType::kInt16) ||
          all_are(TensorType::kFloat32));
}

/// Bit i: dimension i of the input is averaged over. An axis given twice counts once.
Result<std::uint32_t> read_axes(const OperatorView& view) {
  const Tensor& list = *view.input(1);
  if (!list.is_constant()) return view.refuse("needs constant axes");
  const auto rank = static_cast<std::int32_t>(view.input(0)->shape.size());
  std::uint32_t axes = 0;
  for (std::size_t at = 0; at + sizeof(std::int32_t) <= list.data.size();
       at += sizeof(std::int32_t)) {
    std::int32_t axis = 0;
    std::memcpy(&axis, list.data.data() + at, sizeof(axis));
    if (axis < -rank || axis >= rank) {
      return view.refuse(fmt::format("goes along axis {} of {} dimensions", axis, rank));
    }
    axes |= 1U << (axis < 0 ? axis + rank : axis);
  }
  return axes;
}

/// The output has the kept dimensions in order, with the others as 1 or left out.
Status check_shape(const OperatorView& view, std::uint32_t axes) {
  const auto in = view.input(0)->shape;
  const auto out = view.output(0)->shape;
  std::vector<std::int32_t> kept, with_ones;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool reduced = ((axes >> i) & 1U) != 0;
    if (!reduced) kept.push_back(in[i]);
    with_ones.push_back(reduced ? 1 : in[i]);
  }
  const auto is_output = [out](const std::vector<std::int32_t>& shape) {
    return std::equal(shape.begin(), shape.end(), out.begin(), out.end());
  };
  if (is_output(kept) || is_output(with_ones)) return {};
  return view.refuse("has an output whose shape does not follow from its input and axes");
}

/// The factor of scales with the division by @p n inside, which is truncated.
/// Source: EvalIntegerMean of TensorFlow Lite Micro.
plan::Rescale divided(const plan::Rescale& rescale, std::int64_t n) {
  const auto log2 = static_cast<std::int32_t>(std::bit_width(static_cast<std::uint64_t>(n))) - 1;
  const std::int32_t shift = std::min({log2, 32, 31 + rescale.shift});
  const std::int64_t multiplier = (std::int64_t{rescale.multiplier} << shift) / n;
  return {static_cast<std::int32_t>(multiplier), rescale.shift - shift};
}

/// The axes are in the parameters.
FoldedOperator folded_mean(const OperatorView& view, std::vector<std::uint8_t> params) {
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kMean;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  folded.params = std::move(params);
  return folded;
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  HIL_ASSIGN(const std::uint32_t axes, read_axes(view));
  HIL_TRY(check_shape(view, axes));
  if (view.input_is(0, TensorType::kFloat32)) {
    return folded_mean(view, bytes_of(plan::FloatMeanParams{axes}));
  }
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  const double factor = static_cast<double>(in.scale) / static_cast<double>(out.scale);
  HIL_ASSIGN(const plan::Rescale rescale, checked_rescale(view, factor));
  plan::MeanParams params{};
  params.axes = axes;
  params.input_zero_point = in.zero_point;
  params.output_zero_point = out.zero_point;
  params.rescale =
      divided(rescale, *view.input(0)->element_count() / *view.output(0)->element_count());
  return folded_mean(view, bytes_of(params));
}

bool supports_max(const OperatorView& view) {
  return supports(view) && !view.input_is(0, TensorType::kInt16);
}

/// Values are compared as they are, so that both sides need one quantisation.
Result<FoldedOperator> fold_max(const OperatorView& view, ConstantPool&) {
  HIL_ASSIGN(const std::uint32_t axes, read_axes(view));
  HIL_TRY(check_shape(view, axes));
  if (view.input_is(0, TensorType::kInt8) && !same_quantisation(*view.input(0), *view.output(0))) {
    return view.refuse("has different quantisation at input and output",
                       "convert the model again; a maximum keeps the quantisation");
  }
  return folded_move(view, plan::Opcode::kReduceMax, {view.input_index(0)},
                     plan::ReduceMaxParams{axes});
}

}  // namespace

const OperatorKind kReduceMaxKind = {
    .code = 82,
    .options_type = tflite::BuiltinOptions_ReducerOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports_max,
    .fold = fold_max,
};

const OperatorKind kMeanKind = {
    .code = 40,
    .options_type = tflite::BuiltinOptions_ReducerOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
