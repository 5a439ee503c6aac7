// SPDX-License-Identifier: Apache-2.0
// PACK and UNPACK: tensors along a new axis, which are rows put end to end.
#include <fmt/format.h>

#include <algorithm>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_pack(const void* table) {
  return PackOptions{static_cast<const tflite::PackOptions*>(table)->axis()};
}

Options read_unpack(const void* table) {
  return PackOptions{static_cast<const tflite::UnpackOptions*>(table)->axis()};
}

bool supports_pack(const OperatorView& view) {
  for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
    if (!moves_one_type(view, i)) return false;
  }
  return true;
}

bool supports_unpack(const OperatorView& view) {
  return moves_one_type(view);
}

/// The rows before the axis that @p whole has @p parts of, each of the shape @p part.
///   kModel  the shapes do not fit
Result<plan::JoinParams> rows_of(const OperatorView& view, std::span<const std::int32_t> whole,
                                 std::span<const std::int32_t> part, std::size_t parts) {
  HIL_ASSIGN(const std::size_t axis, axis_of(view, view.options<PackOptions>().axis, whole.size()));
  std::vector<std::int32_t> expected(part.begin(), part.end());
  if (axis <= expected.size()) {
    expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(axis),
                    static_cast<std::int32_t>(parts));
  }
  if (!std::ranges::equal(expected, whole)) {
    return view.refuse(
        fmt::format("has shapes that are not {} tensors along axis {}", parts, axis));
  }
  return plan::JoinParams{static_cast<std::uint32_t>(elements_between(whole, 0, axis))};
}

Result<FoldedOperator> fold_pack(const OperatorView& view, ConstantPool&) {
  const auto part = view.input(0)->shape;
  std::vector<std::int32_t> inputs;
  for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
    if (!std::ranges::equal(view.input(i)->shape, part)) {
      return view.refuse(fmt::format("has an input {} of another shape than its first", i));
    }
    inputs.push_back(view.input_index(i));
  }
  HIL_ASSIGN(const plan::JoinParams params,
             rows_of(view, view.output(0)->shape, part, inputs.size()));
  return folded_move(view, plan::Opcode::kPack, std::move(inputs), params);
}

Result<FoldedOperator> fold_unpack(const OperatorView& view, ConstantPool&) {
  const auto part = view.output(0)->shape;
  const std::size_t parts = view.op().outputs.size();
  for (std::size_t i = 0; i < parts; ++i) {
    if (!std::ranges::equal(view.output(i)->shape, part)) {
      return view.refuse(fmt::format("has an output {} of another shape than its first", i));
    }
  }
  HIL_ASSIGN(const plan::JoinParams params, rows_of(view, view.input(0)->shape, part, parts));
  return folded_move(view, plan::Opcode::kUnpack, {view.input_index(0)}, params);
}

}  // namespace

const OperatorKind kPackKind = {
    .code = 83,
    .options_type = tflite::BuiltinOptions_PackOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 255,
    .has_weights = false,
    .read_options = read_pack,
    .supports = supports_pack,
    .fold = fold_pack,
};

const OperatorKind kUnpackKind = {
    .code = 88,
    .options_type = tflite::BuiltinOptions_UnpackOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .max_outputs = plan::kMaxOutputs,
    .has_weights = false,
    .read_options = read_unpack,
    .supports = supports_unpack,
    .fold = fold_unpack,
};

}  // namespace hil::model
