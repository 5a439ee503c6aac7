// SPDX-License-Identifier: Apache-2.0
// MAXIMUM and MINIMUM: values of one type, compared as they are, with broadcasting.
#include "host/model/operators/elementwise.hpp"
#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "host/model/operators/unary.hpp"

namespace hil::model {
namespace {

bool supports(const OperatorView& view) {
  return moves_one_type(view) && view.input_is(1, view.input(0)->type);
}

/// The reference looks at no quantisation.
Result<FoldedOperator> fold_as(const OperatorView& view, plan::Opcode opcode) {
  HIL_TRY(check_broadcast(view));
  return folded_pair(view, opcode, {});
}

Result<FoldedOperator> fold_maximum(const OperatorView& view, ConstantPool&) {
  return fold_as(view, plan::Opcode::kMaximum);
}

Result<FoldedOperator> fold_minimum(const OperatorView& view, ConstantPool&) {
  return fold_as(view, plan::Opcode::kMinimum);
}

constexpr std::uint8_t kMaximumMinimumOptions = 39;  // without fields

}  // namespace

const OperatorKind kMaximumKind = {
    .code = 55,
    .options_type = kMaximumMinimumOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold_maximum,
};

const OperatorKind kMinimumKind = {
    .code = 57,
    .options_type = kMaximumMinimumOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold_minimum,
};

}  // namespace hil::model
