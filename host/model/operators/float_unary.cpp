// SPDX-License-Identifier: Apache-2.0
// ABS, NEG, EXP, LOG, SQRT, RSQRT and SQUARE: float32 only; their options tables have no fields.
#include "host/model/operators/kinds.hpp"
#include "host/model/operators/unary.hpp"

namespace hil::model {
namespace {

bool supports(const OperatorView& view) {
  return view.input_is(0, TensorType::kFloat32) && view.output_is(0, TensorType::kFloat32);
}

template <plan::Opcode kOpcode>
Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  return fold_parameters(view, kOpcode);
}

}  // namespace

const OperatorKind kAbsKind = {
    .code = 101,
    .options_type = 78,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold<plan::Opcode::kAbs>,
};

const OperatorKind kNegKind = {
    .code = 59,
    .options_type = 42,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold<plan::Opcode::kNeg>,
};

const OperatorKind kExpKind = {
    .code = 47,
    .options_type = 33,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold<plan::Opcode::kExp>,
};

const OperatorKind kLogKind = {
    .code = 73,
    .options_type = 0,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold<plan::Opcode::kLog>,
};

const OperatorKind kSqrtKind = {
    .code = 75,
    .options_type = 0,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold<plan::Opcode::kSqrt>,
};

const OperatorKind kRsqrtKind = {
    .code = 76,
    .options_type = 0,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold<plan::Opcode::kRsqrt>,
};

const OperatorKind kSquareKind = {
    .code = 92,
    .options_type = 66,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold<plan::Opcode::kSquare>,
};

}  // namespace hil::model
