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

/// All but these three is the same for every one of them.
constexpr OperatorKind make_kind(std::int32_t code, std::uint8_t options_type,
                                 Result<FoldedOperator> (*fold)(const OperatorView&,
                                                                ConstantPool&)) {
  return {
      .code = code,
      .options_type = options_type,
      .options_required = false,
      .min_inputs = 1,
      .max_inputs = 1,
      .has_weights = false,
      .reuse = Reuse::kElementwise,
      .read_options = read_no_options,
      .supports = supports,
      .fold = fold,
  };
}

}  // namespace

const OperatorKind kAbsKind = make_kind(101, 78, fold<plan::Opcode::kAbs>);
const OperatorKind kNegKind = make_kind(59, 42, fold<plan::Opcode::kNeg>);
const OperatorKind kExpKind = make_kind(47, 33, fold<plan::Opcode::kExp>);
const OperatorKind kLogKind = make_kind(73, 0, fold<plan::Opcode::kLog>);
const OperatorKind kSqrtKind = make_kind(75, 0, fold<plan::Opcode::kSqrt>);
const OperatorKind kRsqrtKind = make_kind(76, 0, fold<plan::Opcode::kRsqrt>);
const OperatorKind kSquareKind = make_kind(92, 66, fold<plan::Opcode::kSquare>);

}  // namespace hil::model
