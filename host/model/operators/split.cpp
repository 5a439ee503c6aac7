// SPDX-License-Identifier: Apache-2.0
// SPLIT and SPLIT_V: equal or stated parts along a constant axis.
#include <fmt/format.h>

#include <algorithm>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/movement.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void* table) {
  return SplitOptions{static_cast<const tflite::SplitOptions*>(table)->num_splits()};
}

bool supports(const OperatorView& view) {
  return moves_one_type(view, 1);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  const auto in = view.input(1)->shape;
  const auto parts = static_cast<std::int32_t>(view.op().outputs.size());
  const std::int32_t stated = view.options<SplitOptions>().num_splits;
  if (stated != 0 && stated != parts) {
    return view.refuse(fmt::format("says {} parts, but has {} outputs", stated, parts));
  }
  HIL_ASSIGN(const auto axes, constant_integers(view, 0, "axis", 1));
  HIL_ASSIGN(const std::size_t axis, axis_of(view, axes[0], in.size()));
  std::vector<std::int32_t> part(in.begin(), in.end());
  part[axis] /= parts;
  bool fits = in[axis] % parts == 0;
  for (std::size_t i = 0; fits && i < view.op().outputs.size(); ++i)
    fits = std::ranges::equal(view.output(i)->shape, part);
  if (!fits) {
    return view.refuse(
        fmt::format("has outputs that are not {} equal parts along axis {}", parts, axis));
  }
  const plan::JoinParams params{static_cast<std::uint32_t>(elements_between(in, 0, axis))};
  return folded_move(view, plan::Opcode::kSplit, {view.input_index(1)}, params);
}

Options read_no_options(const void*) {
  return NoOptions{};  // the number of parts is that of the outputs
}

bool supports_v(const OperatorView& view) {
  return moves_one_type(view);
}

/// The outputs' shapes say the sizes; the operand of sizes is not looked at, as in the reference.
Result<FoldedOperator> fold_v(const OperatorView& view, ConstantPool&) {
  const auto in = view.input(0)->shape;
  HIL_ASSIGN(const auto axes, constant_integers(view, 2, "axis", 1));
  HIL_ASSIGN(const std::size_t axis, axis_of(view, axes[0], in.size()));
  std::int64_t total = 0;
  bool fits = true;
  for (std::size_t i = 0; fits && i < view.op().outputs.size(); ++i) {
    const auto out = view.output(i)->shape;
    fits = out.size() == in.size();
    for (std::size_t d = 0; fits && d < in.size(); ++d)
      fits = d == axis || out[d] == in[d];
    if (fits) total += out[axis];
  }
  if (!fits || total != in[axis]) {
    return view.refuse(
        fmt::format("has outputs that are not parts of its input along axis {}", axis));
  }
  const plan::JoinParams params{static_cast<std::uint32_t>(elements_between(in, 0, axis))};
  return folded_move(view, plan::Opcode::kSplitV, {view.input_index(0)}, params);
}

}  // namespace

const OperatorKind kSplitVKind = {
    .code = 102,
    .options_type = tflite::BuiltinOptions_SplitVOptions,
    .options_required = false,
    .min_inputs = 3,
    .max_inputs = 3,
    .max_outputs = plan::kMaxOutputs,
    .has_weights = false,
    .read_options = read_no_options,
    .supports = supports_v,
    .fold = fold_v,
};

const OperatorKind kSplitKind = {
    .code = 49,
    .options_type = tflite::BuiltinOptions_SplitOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 2,
    .max_outputs = plan::kMaxOutputs,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
