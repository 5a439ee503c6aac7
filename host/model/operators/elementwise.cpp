// SPDX-License-Identifier: Apache-2.0
// Checks and quantisation of operators with two inputs.
#include "host/model/operators/elementwise.hpp"

#include <algorithm>
#include <utility>

namespace hil::model {
namespace {

/// Dimension @p i counted from the right, 1 beyond the rank.
std::int32_t dimension_from_right(std::span<const std::int32_t> shape, std::size_t i) {
  return i < shape.size() ? shape[shape.size() - 1 - i] : 1;
}

bool broadcasts(std::span<const std::int32_t> a, std::span<const std::int32_t> b,
                std::span<const std::int32_t> out) {
  if (out.size() != std::max(a.size(), b.size())) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int32_t left = dimension_from_right(a, i);
    const std::int32_t right = dimension_from_right(b, i);
    if (left != right && left != 1 && right != 1) return false;
    if (dimension_from_right(out, i) != std::max(left, right)) return false;
  }
  return true;
}

bool all_are(const OperatorView& view, TensorType type) {
  return view.input_is(0, type) && view.input_is(1, type) && view.output_is(0, type);
}

}  // namespace

bool supports_pair(const OperatorView& view) {
  return all_are(view, TensorType::kInt8) || all_are(view, TensorType::kInt16) ||
         is_float_pair(view);
}

bool is_float_pair(const OperatorView& view) {
  return all_are(view, TensorType::kFloat32);
}

Status check_broadcast(const OperatorView& view) {
  if (broadcasts(view.input(0)->shape, view.input(1)->shape, view.output(0)->shape)) return {};
  return view.refuse("has inputs and output whose shapes do not fit each other");
}

Result<PairQuantisation> pair_quantisation(const OperatorView& view) {
  PairQuantisation found;
  HIL_ASSIGN(found.a, view.quantisation(*view.input(0)));
  HIL_ASSIGN(found.b, view.quantisation(*view.input(1)));
  HIL_ASSIGN(found.out, view.quantisation(*view.output(0)));
  HIL_ASSIGN(found.range,
             activation_range_of(view, view.options<AddOptions>().activation, found.out));
  return found;
}

Result<FoldedOperator> fold_float_pair(const OperatorView& view, plan::Opcode opcode) {
  HIL_TRY(check_broadcast(view));
  const auto range = float_activation_range(view.options<AddOptions>().activation);
  if (!range) return view.refuse("has a fused activation that cannot be applied to its output");
  return folded_pair(view, opcode, bytes_of(*range));
}

FoldedOperator folded_pair(const OperatorView& view, plan::Opcode opcode,
                           std::vector<std::uint8_t> params) {
  FoldedOperator folded;
  folded.opcode = opcode;
  folded.inputs = {view.input_index(0), view.input_index(1)};
  folded.outputs = {view.op().outputs[0]};
  folded.params = std::move(params);
  return folded;
}

}  // namespace hil::model
