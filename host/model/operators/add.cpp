// SPDX-License-Identifier: Apache-2.0
// ADD: int8, int16 and float32 with broadcasting; either operand may be a constant.
#include "host/model/operators/elementwise.hpp"
#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

/// All products in double.
Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  if (is_float_pair(view)) return fold_float_pair(view, plan::Opcode::kAdd);
  HIL_TRY(check_broadcast(view));
  HIL_ASSIGN(const PairQuantisation quantisation, pair_quantisation(view));
  plan::AddParams params{};
  HIL_TRY(fold_common_scale<double>(view, quantisation, params));
  set_quantisation(quantisation, params);
  return folded_pair(view, plan::Opcode::kAdd, bytes_of(params));
}

}  // namespace

const OperatorKind kAddKind = {
    .code = 0,
    .options_type = tflite::BuiltinOptions_AddOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_pair_options<tflite::AddOptions>,
    .supports = supports_pair,
    .fold = fold,
};

}  // namespace hil::model
