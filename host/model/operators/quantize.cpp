// SPDX-License-Identifier: Apache-2.0
// QUANTIZE: float32 to int8 or int16, and integers to integers of another scale, int8 also from and
// to uint8.
#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};
}

bool is_short(TensorType type) {
  return type == TensorType::kInt8 || type == TensorType::kInt16;
}

bool supports(const OperatorView& view) {
  const TensorType from = view.input(0)->type, to = view.output(0)->type;
  if (from == TensorType::kUint8) return to == TensorType::kInt8;
  if (to == TensorType::kUint8) return from == TensorType::kInt8;
  if (is_short(from)) return is_short(to) || to == TensorType::kInt32;
  return (from == TensorType::kFloat32 || from == TensorType::kInt32) && is_short(to);
}

/// The quotient of the scales is computed in double.
Result<plan::RequantiseParams> fold_rescale(const OperatorView& view, const Quantisation& out) {
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  plan::RequantiseParams params{};
  params.input_zero_point = in.zero_point;
  params.output_zero_point = out.zero_point;
  params.rescale = rescale_of(static_cast<double>(in.scale) / static_cast<double>(out.scale));
  if (params.rescale.shift > plan::kMaxShift) {
    return view.refuse("has an input scale of more than 2^30 times its output's");
  }
  return params;
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  if (view.input(0)->element_count() != view.output(0)->element_count()) {
    return view.refuse("has an output with another number of elements than its input");
  }
  // Of float32 the plan's output tensor says all there is to know.
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kQuantize;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  if (!view.input_is(0, TensorType::kFloat32)) {
    HIL_ASSIGN(const plan::RequantiseParams params, fold_rescale(view, out));
    folded.params = bytes_of(params);
  }
  return folded;
}

}  // namespace

const OperatorKind kQuantizeKind = {
    .code = 114,
    .options_type = tflite::BuiltinOptions_QuantizeOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
