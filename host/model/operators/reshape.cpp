// SPDX-License-Identifier: Apache-2.0
// RESHAPE, SQUEEZE and EXPAND_DIMS: the same bytes under another shape; the file's output shape
// counts.
#include <algorithm>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};
}

bool supports(const OperatorView& view) {
  return moves_bytes(view);
}

Result<FoldedOperator> fold_as(const OperatorView& view, plan::Opcode opcode) {
  if (view.input(0)->element_count() != view.output(0)->element_count()) {
    return view.refuse("has an output with another number of elements than its input");
  }
  FoldedOperator folded;
  folded.opcode = opcode;
  folded.inputs = {view.input_index(0)};  // the shape operand has done its work in the converter
  folded.outputs = {view.op().outputs[0]};
  return folded;
}

Result<FoldedOperator> fold_reshape(const OperatorView& view, ConstantPool&) {
  return fold_as(view, plan::Opcode::kReshape);
}

/// The dimensions other than 1.
std::vector<std::int32_t> without_ones(std::span<const std::int32_t> shape) {
  std::vector<std::int32_t> rest(shape.begin(), shape.end());
  std::erase(rest, 1);
  return rest;
}

/// Which dimensions of 1 come or go makes no difference to the bytes.
Status check_ones(const OperatorView& view) {
  if (without_ones(view.input(0)->shape) == without_ones(view.output(0)->shape)) return {};
  return view.refuse("has an output that differs from its input in more than dimensions of 1");
}

Result<FoldedOperator> fold_squeeze(const OperatorView& view, ConstantPool&) {
  HIL_TRY(check_ones(view));
  return fold_as(view, plan::Opcode::kSqueeze);
}

Result<FoldedOperator> fold_expand_dims(const OperatorView& view, ConstantPool&) {
  HIL_TRY(check_ones(view));
  return fold_as(view, plan::Opcode::kExpandDims);
}

}  // namespace

const OperatorKind kReshapeKind = {
    .code = 22,
    .options_type = tflite::BuiltinOptions_ReshapeOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 2,
    .has_weights = false,
    .reuse = Reuse::kView,
    .read_options = read_options,
    .supports = supports,
    .fold = fold_reshape,
};

const OperatorKind kSqueezeKind = {
    .code = 43,
    .options_type = tflite::BuiltinOptions_SqueezeOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kView,
    .read_options = read_options,
    .supports = supports,
    .fold = fold_squeeze,
};

const OperatorKind kExpandDimsKind = {
    .code = 70,
    .options_type = tflite::BuiltinOptions_ExpandDimsOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .reuse = Reuse::kView,
    .read_options = read_options,
    .supports = supports,
    .fold = fold_expand_dims,
};

}  // namespace hil::model
