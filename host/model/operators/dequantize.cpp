// SPDX-License-Identifier: Apache-2.0
// DEQUANTIZE: int8 or int16 to float32; the plan's input tensor says how.
#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};
}

bool supports(const OperatorView& view) {
  const TensorType from = view.input(0)->type;
  return (from == TensorType::kInt8 || from == TensorType::kInt16) &&
         view.output_is(0, TensorType::kFloat32);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  if (view.input(0)->element_count() != view.output(0)->element_count()) {
    return view.refuse("has an output with another number of elements than its input");
  }
  if (const auto in = view.quantisation(*view.input(0)); !in.ok()) return in.error();
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kDequantize;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  return folded;
}

}  // namespace

const OperatorKind kDequantizeKind = {
    .code = 6,
    .options_type = tflite::BuiltinOptions_DequantizeOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .in_place = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
