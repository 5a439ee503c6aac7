// SPDX-License-Identifier: Apache-2.0
// ADD: int8 with broadcasting; either operand may be a constant.
#include <algorithm>

#include "host/model/operators/kinds.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

constexpr double kLeftShift = 1 << 20;  // both inputs are scaled up by it before rescaling

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::AddOptions*>(table);
  return AddOptions{static_cast<Activation>(from.fused_activation_function())};
}

bool supports(const OperatorView& view) {
  return view.input_is(0, TensorType::kInt8) && view.input_is(1, TensorType::kInt8) &&
         view.output_is(0, TensorType::kInt8);
}

/// Dimension @p i counted from the right, 1 beyond the rank.
std::int32_t dimension_from_right(std::span<const std::int32_t> shape, std::size_t i) {
  return i < shape.size() ? shape[shape.size() - 1 - i] : 1;
}

/// numpy's rules: aligned at the right, equal or 1.
bool broadcasts(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                std::span<const std::int32_t> out) {
  if (out.size() != std::max(a.size(), b.size())) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int32_t left = dimension_from_right(a, i);
    const std::int32_t right = dimension_from_right(b, i);
    if (left != right && left != 1 && right != 1) return false;
    if (dimension_from_right(out, i) != std::max(left, right)) return false;
  }
  return true;
}

/// All products in double; each factor must stay below 1.
Status fold_rescales(const OperatorView& view, const Quantisation& a, const Quantisation& b,
                     const Quantisation& out, plan::AddParams& params) {
  const double twice_max = 2.0 * static_cast<double>(std::max(a.scale, b.scale));
  params.a = rescale_of(static_cast<double>(a.scale) / twice_max);
  params.b = rescale_of(static_cast<double>(b.scale) / twice_max);
  const double factor = twice_max / (kLeftShift * static_cast<double>(out.scale));
  if (!(factor < 1.0) || rescale_of(factor).shift > 0) {
    return view.refuse("has an output scale too small for its inputs",
                       "the larger input scale may be at most 2^19 times the output's");
  }
  params.output = rescale_of(factor);
  return {};
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  if (!broadcasts(view.input(0)->shape, view.input(1)->shape, view.output(0)->shape)) {
    return view.refuse("has inputs and output whose shapes do not fit each other");
  }
  HIL_ASSIGN(const Quantisation a, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation b, view.quantisation(*view.input(1)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  plan::AddParams params{};
  HIL_TRY(fold_rescales(view, a, b, out, params));
  const auto range =
      int8_activation_range(view.options<AddOptions>().activation, out.scale, out.zero_point);
  if (!range) return view.refuse("has a fused activation that cannot be applied to its output");
  params.zero_point_a = a.zero_point;
  params.zero_point_b = b.zero_point;
  params.output_zero_point = out.zero_point;
  params.activation_min = range->min;
  params.activation_max = range->max;
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kAdd;
  folded.inputs = {view.input_index(0), view.input_index(1)};
  folded.outputs = {view.op().outputs[0]};
  folded.params = bytes_of(params);
  return folded;
}

}  // namespace

const OperatorKind kAddKind = {
    .code = 0,
    .options_type = tflite::BuiltinOptions_AddOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .in_place = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
