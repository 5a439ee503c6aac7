// SPDX-License-Identifier: Apache-2.0
// MUL: int8, int16 and float32 with broadcasting; either operand may be a constant.
#include "host/model/operators/elementwise.hpp"
#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

/// All products in double.
Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  if (is_float_pair(view)) return fold_float_pair(view, plan::Opcode::kMul);
  HIL_TRY(check_broadcast(view));
  HIL_ASSIGN(const PairQuantisation quantisation, pair_quantisation(view));
  if (view.output_is(0, TensorType::kInt16)) {
    HIL_TRY(check_symmetric(view, quantisation.a, quantisation.out));
    HIL_TRY(check_symmetric(view, quantisation.b, quantisation.out));
  }
  plan::MulParams params{};
  const double factor = static_cast<double>(quantisation.a.scale) *
                        static_cast<double>(quantisation.b.scale) /
                        static_cast<double>(quantisation.out.scale);
  HIL_ASSIGN(params.output, checked_rescale(view, factor));
  set_quantisation(quantisation, params);
  return folded_pair(view, plan::Opcode::kMul, bytes_of(params));
}

}  // namespace

const OperatorKind kMulKind = {
    .code = 18,
    .options_type = tflite::BuiltinOptions_MulOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_pair_options<tflite::MulOptions>,
    .supports = supports_pair,
    .fold = fold,
};

}  // namespace hil::model
