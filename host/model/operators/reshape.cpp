// SPDX-License-Identifier: Apache-2.0
// RESHAPE: the same bytes under another shape; the file's output shape counts.
#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};
}

bool supports(const OperatorView& view) {
  return view.input_is(0, TensorType::kInt8) && view.output_is(0, TensorType::kInt8);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  if (view.input(0)->element_count() != view.output(0)->element_count()) {
    return view.refuse("has an output with another number of elements than its input");
  }
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kReshape;
  folded.inputs = {view.input_index(0)};  // the shape operand has done its work in the converter
  folded.outputs = {view.op().outputs[0]};
  return folded;
}

}  // namespace

const OperatorKind kReshapeKind = {
    .code = 22,
    .options_type = tflite::BuiltinOptions_ReshapeOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 2,
    .has_weights = false,
    .in_place = true,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
