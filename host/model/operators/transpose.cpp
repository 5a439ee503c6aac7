// SPDX-License-Identifier: Apache-2.0
// TRANSPOSE: the input's strides in another order.
#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};
}

bool supports(const OperatorView& view) {
  return moves_one_type(view);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  const auto in = view.input(0)->shape, out = view.output(0)->shape;
  HIL_ASSIGN(const auto order, constant_integers(view, 1, "order of dimensions", in.size()));
  if (out.size() != in.size()) return view.refuse("has an output of another rank than its input");
  const std::vector<std::int32_t> strides = strides_of(in);
  std::vector<bool> taken(in.size());
  plan::StridedViewParams params{};
  for (std::size_t i = 0; i < in.size(); ++i) {
    HIL_ASSIGN(const std::size_t from, axis_of(view, order[i], in.size()));
    if (taken[from]) return view.refuse("takes a dimension of its input twice");
    taken[from] = true;
    if (out[i] != in[from]) return view.refuse("has an output that is not its input transposed");
    params.strides[i] = strides[from];
  }
  return folded_move(view, plan::Opcode::kTranspose, {view.input_index(0)}, params);
}

}  // namespace

const OperatorKind kTransposeKind = {
    .code = 39,
    .options_type = tflite::BuiltinOptions_TransposeOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
