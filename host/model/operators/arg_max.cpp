// SPDX-License-Identifier: Apache-2.0
// ARG_MAX: the index of the largest value along a constant axis.
#include <algorithm>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "host/model/operators/unary.hpp"

namespace hil::model {
namespace {

bool supports(const OperatorView& view) {
  return (view.input_is(0, TensorType::kInt8) || view.input_is(0, TensorType::kFloat32)) &&
         view.input_is(1, TensorType::kInt32) && view.output_is(0, TensorType::kInt32);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  const auto in = view.input(0)->shape;
  HIL_ASSIGN(const auto axes, constant_integers(view, 1, "axis", 1));
  HIL_ASSIGN(const std::size_t axis, axis_of(view, axes[0], in.size()));
  std::vector<std::int32_t> kept(in.begin(), in.end());
  kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(axis));
  if (!std::ranges::equal(kept, view.output(0)->shape)) {
    return view.refuse("has an output whose shape does not follow from its input and axis");
  }
  const plan::ArgMaxParams params{
      static_cast<std::uint32_t>(elements_between(in, 0, axis)),
      static_cast<std::uint32_t>(in[axis]),
      static_cast<std::uint32_t>(elements_between(in, axis + 1, in.size()))};
  return folded_move(view, plan::Opcode::kArgMax, {view.input_index(0)}, params);
}

constexpr std::uint8_t kArgMaxOptions = 40;  // the output's type, which the output says

}  // namespace

const OperatorKind kArgMaxKind = {
    .code = 56,
    .options_type = kArgMaxOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .has_weights = false,
    .read_options = read_no_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
