// SPDX-License-Identifier: Apache-2.0
// Tables of operators on single values.
#include "host/model/operators/unary.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hil::model {
namespace {

FoldedOperator folded_unary(const OperatorView& view, plan::Opcode opcode,
                            std::vector<std::uint8_t> params) {
  FoldedOperator folded;
  folded.opcode = opcode;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  folded.params = std::move(params);
  return folded;
}

bool all_are(const OperatorView& view, TensorType type) {
  return view.input_is(0, type) && view.output_is(0, type);
}

}  // namespace

bool supports_wide_unary(const OperatorView& view) {
  return supports_unary(view) || all_are(view, TensorType::kInt16);
}

bool is_int16_unary(const OperatorView& view) {
  return view.input_is(0, TensorType::kInt16);
}

bool supports_unary(const OperatorView& view) {
  return all_are(view, TensorType::kInt8) || all_are(view, TensorType::kFloat32);
}

bool is_float_unary(const OperatorView& view) {
  return view.input_is(0, TensorType::kFloat32);
}

Status check_unary_shape(const OperatorView& view) {
  const auto in = view.input(0)->shape;
  const auto out = view.output(0)->shape;
  if (std::equal(in.begin(), in.end(), out.begin(), out.end())) return {};
  return view.refuse("needs an output of the same shape as its input");
}

FoldedOperator folded_table(const OperatorView& view, ConstantPool& pool, plan::Opcode opcode,
                            const UnaryValue& value) {
  std::vector<std::int8_t> table(256);  // by the value's byte: 0..127, then -128..-1
  for (std::int32_t x = -128; x <= 127; ++x) {
    table[static_cast<std::uint8_t>(x)] = static_cast<std::int8_t>(std::clamp(value(x), -128, 127));
  }
  plan::LookupParams params{};
  params.table_offset = pool.add_values(table);
  return folded_unary(view, opcode, bytes_of(params));
}

Result<FoldedOperator> fold_parameters(const OperatorView& view, plan::Opcode opcode,
                                       std::vector<std::uint8_t> params) {
  HIL_TRY(check_unary_shape(view));
  return folded_unary(view, opcode, std::move(params));
}

Options read_no_options(const void*) {
  return NoOptions{};
}

}  // namespace hil::model
