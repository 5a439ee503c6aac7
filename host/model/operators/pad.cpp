// SPDX-License-Identifier: Apache-2.0
// PAD and PADV2: constant paddings; values are copied unchanged, whatever the quantisation.
#include <algorithm>
#include <cstring>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};
}

bool supports_pad(const OperatorView& view) {
  return moves_one_type(view);
}

bool supports_pad_v2(const OperatorView& view) {
  return moves_one_type(view) && view.input_is(2, view.input(0)->type);
}

/// The paddings in the file are pairs of before and after, one pair per dimension.
Status fold_before(const OperatorView& view, plan::PadParams& params) {
  const auto in = view.input(0)->shape, out = view.output(0)->shape;
  HIL_ASSIGN(const auto paddings, constant_integers(view, 1, "paddings", in.size() * 2));
  if (out.size() != in.size()) return view.refuse("has an output of another rank than its input");
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::int64_t before = paddings[2 * i], after = paddings[2 * i + 1];
    const bool sane =
        before >= 0 && after >= 0 && before <= plan::kMaxDimension && after <= plan::kMaxDimension;
    if (!sane || before + in[i] + after != out[i]) {
      return view.refuse("has paddings that do not lead from its input to its output");
    }
    params.before[i] = static_cast<std::int32_t>(before);
  }
  return {};
}

/// PAD fills with what stands for 0: the output's zero point.
/// Source: TensorFlow Lite Micro, which does so for int8; int16 has zero point 0 there.
Result<std::uint32_t> zero_of(const Tensor& tensor) {
  const bool quantised = tensor.type == TensorType::kInt8 || tensor.type == TensorType::kInt16;
  if (!quantised || tensor.zero_points.empty()) return 0U;
  return static_cast<std::uint32_t>(tensor.zero_points[0]);
}

/// PADV2 is given a constant of the output's quantisation.
Result<std::uint32_t> value_of(const OperatorView& view) {
  const Tensor& value = *view.input(2);
  if (!value.is_constant() || value.element_count() != 1) {
    return view.refuse("needs one constant as the value it fills with");
  }
  const bool quantised = value.type == TensorType::kInt8 || value.type == TensorType::kInt16;
  if (quantised && !same_quantisation(value, *view.output(0))) {
    return view.refuse("has a value of another quantisation than its output",
                       "convert the model again; padding keeps the quantisation");
  }
  std::uint32_t bits = 0;
  std::memcpy(&bits, value.data.data(), std::min(value.data.size(), sizeof(bits)));
  return bits;
}

Result<FoldedOperator> fold_with(const OperatorView& view, plan::Opcode opcode,
                                 const Result<std::uint32_t>& fill) {
  if (!fill.ok()) return fill.error();
  plan::PadParams params{};
  HIL_TRY(fold_before(view, params));
  params.fill = *fill;
  return folded_move(view, opcode, {view.input_index(0)}, params);
}

Result<FoldedOperator> fold_pad(const OperatorView& view, ConstantPool&) {
  return fold_with(view, plan::Opcode::kPad, zero_of(*view.output(0)));
}

Result<FoldedOperator> fold_pad_v2(const OperatorView& view, ConstantPool&) {
  return fold_with(view, plan::Opcode::kPadV2, value_of(view));
}

}  // namespace

const OperatorKind kPadKind = {
    .code = 34,
    .options_type = tflite::BuiltinOptions_PadOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports_pad,
    .fold = fold_pad,
};

const OperatorKind kPadV2Kind = {
    .code = 60,
    .options_type = tflite::BuiltinOptions_PadV2Options,
    .options_required = false,
    .min_inputs = 3,
    .max_inputs = 3,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports_pad_v2,
    .fold = fold_pad_v2,
};

}  // namespace hil::model
