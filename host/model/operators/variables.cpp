// SPDX-License-Identifier: Apache-2.0
// VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE and CALL_ONCE: values kept between inferences.
#include "host/model/operators/kinds.hpp"
#include "host/model/operators/unary.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

std::string_view view_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}

Options read_handle_options(const void* table) {
  const auto& from = *static_cast<const tflite::VarHandleOptions*>(table);
  return VarHandleOptions{view_of(from.container()), view_of(from.shared_name())};
}

Options read_call_options(const void* table) {
  const auto& from = *static_cast<const tflite::CallOnceOptions*>(table);
  return CallOnceOptions{from.init_subgraph_index()};
}

/// Types that plans carry; a variable holds any of them.
bool is_value(const Tensor& tensor) {
  switch (tensor.type) {
    case TensorType::kInt8:
    case TensorType::kInt16:
    case TensorType::kInt32:
    case TensorType::kFloat32:
      return true;
    default:
      return false;
  }
}

bool supports_handle(const OperatorView& view) {
  return view.output_is(0, TensorType::kResource);
}

bool supports_read(const OperatorView& view) {
  return view.input_is(0, TensorType::kResource) && is_value(*view.output(0));
}

bool supports_assign(const OperatorView& view) {
  return view.input_is(0, TensorType::kResource) && is_value(*view.input(1));
}

bool supports_call(const OperatorView&) {
  return true;
}

// The builder knows which variable a handle names.
Result<FoldedOperator> fold_read(const OperatorView& view, ConstantPool&) {
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kReadVariable;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  return folded;
}

Result<FoldedOperator> fold_assign(const OperatorView& view, ConstantPool&) {
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kAssignVariable;
  folded.inputs = {view.input_index(1)};
  folded.outputs = {view.input_index(0)};
  return folded;
}

}  // namespace

const OperatorKind kVarHandleKind = {
    .code = 142,
    .options_type = tflite::BuiltinOptions_VarHandleOptions,
    .options_required = true,
    .min_inputs = 0,
    .max_inputs = 0,
    .has_weights = false,
    .read_options = read_handle_options,
    .supports = supports_handle,
    .fold = nullptr,
};

const OperatorKind kReadVariableKind = {
    .code = 143,
    .options_type = tflite::BuiltinOptions_ReadVariableOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .read_options = read_no_options,
    .supports = supports_read,
    .fold = fold_read,
};

const OperatorKind kAssignVariableKind = {
    .code = 144,
    .options_type = tflite::BuiltinOptions_AssignVariableOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 0,
    .max_outputs = 0,
    .has_weights = false,
    .read_options = read_no_options,
    .supports = supports_assign,
    .fold = fold_assign,
};

const OperatorKind kCallOnceKind = {
    .code = 129,
    .options_type = tflite::BuiltinOptions_CallOnceOptions,
    .options_required = true,
    .min_inputs = 0,
    .max_inputs = 0,
    .min_outputs = 0,
    .max_outputs = 0,
    .has_weights = false,
    .read_options = read_call_options,
    .supports = supports_call,
    .fold = nullptr,
};

}  // namespace hil::model
