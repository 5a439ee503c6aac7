// SPDX-License-Identifier: Apache-2.0
// CONCATENATION: inputs of one quantisation, end to end along an axis.
#include <fmt/format.h>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::ConcatenationOptions*>(table);
  return ConcatenationOptions{from.axis(),
                              static_cast<Activation>(from.fused_activation_function())};
}

bool supports(const OperatorView& view) {
  for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
    if (!moves_one_type(view, i)) return false;
  }
  return true;
}

/// Input @p i has the output's shape but along @p axis. @returns its size there.
Result<std::int64_t> size_along(const OperatorView& view, std::size_t i, std::size_t axis) {
  const auto in = view.input(i)->shape, out = view.output(0)->shape;
  bool fits = in.size() == out.size();
  for (std::size_t d = 0; fits && d < out.size(); ++d)
    fits = d == axis || in[d] == out[d];
  if (!fits) return view.refuse(fmt::format("has an input {} whose shape does not fit", i));
  const bool quantised =
      view.output_is(0, TensorType::kInt8) || view.output_is(0, TensorType::kInt16);
  if (quantised && !same_quantisation(*view.input(i), *view.output(0))) {
    return view.refuse(fmt::format("has an input {} of another quantisation than its output", i),
                       "convert the model again; joined tensors share one quantisation");
  }
  return in[axis];
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  const auto options = view.options<ConcatenationOptions>();
  if (options.activation != Activation::kNone) {
    return view.refuse("has a fused activation, which is not supported");
  }
  const auto out = view.output(0)->shape;
  HIL_ASSIGN(const std::size_t axis, axis_of(view, options.axis, out.size()));
  std::int64_t total = 0;
  std::vector<std::int32_t> inputs;
  for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
    HIL_ASSIGN(const std::int64_t size, size_along(view, i, axis));
    total += size;
    inputs.push_back(view.input_index(i));
  }
  if (total != out[axis]) {
    return view.refuse(
        fmt::format("joins {} along axis {}, but its output has {}", total, axis, out[axis]));
  }
  const plan::JoinParams params{static_cast<std::uint32_t>(elements_between(out, 0, axis))};
  return folded_move(view, plan::Opcode::kConcatenation, std::move(inputs), params);
}

}  // namespace

const OperatorKind kConcatenationKind = {
    .code = 2,
    .options_type = tflite::BuiltinOptions_ConcatenationOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 255,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
