// SPDX-License-Identifier: Apache-2.0
// DEQUANTIZE: int8, int16 or uint8 to float32, the plan's input tensor says how; float16 constants
// become float32 constants of the plan.
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void*) {
  return NoOptions{};
}

bool is_float16_constant(const Tensor& tensor) {
  return tensor.type == TensorType::kFloat16 && tensor.is_constant();
}

/// float16 is how converters keep weights of models that are otherwise float32: a constant is
/// unpacked here, activations have no kernel.
bool supports(const OperatorView& view) {
  const TensorType from = view.input(0)->type;
  return (from == TensorType::kInt8 || from == TensorType::kInt16 || from == TensorType::kUint8 ||
          is_float16_constant(*view.input(0))) &&
         view.output_is(0, TensorType::kFloat32);
}

/// The float32 of the same value as the IEEE 754 binary16 of @p bits; every binary16 has one.
float from_float16(std::uint16_t bits) {
  const auto sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1FU, fraction = bits & 0x3FFU;
  if (exponent == 0) {  // zero, or a subnormal of units of 2^-24
    const float magnitude = std::ldexp(static_cast<float>(fraction), -24);
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
  }
  const std::uint32_t biased = exponent == 0x1FU ? 0xFFU : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (biased << 23) | (fraction << 13));
}

FoldedOperator fold_float16(const OperatorView& view) {
  const auto from = view.input(0)->data;
  std::vector<std::uint8_t> unpacked;
  unpacked.reserve(from.size() * 2);
  for (std::size_t at = 0; at + 2 <= from.size(); at += 2) {
    const auto bits = static_cast<std::uint16_t>(from[at] | (from[at + 1] << 8));
    const std::vector<std::uint8_t> value = bytes_of(from_float16(bits));
    unpacked.insert(unpacked.end(), value.begin(), value.end());
  }
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kDequantize;
  folded.outputs = {view.op().outputs[0]};
  folded.constant = std::move(unpacked);
  return folded;
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  if (view.input(0)->element_count() != view.output(0)->element_count()) {
    return view.refuse("has an output with another number of elements than its input");
  }
  if (is_float16_constant(*view.input(0))) return fold_float16(view);
  if (const auto in = view.quantisation(*view.input(0)); !in.ok()) return in.error();
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kDequantize;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  return folded;
}

}  // namespace

const OperatorKind kDequantizeKind = {
    .code = 6,
    .options_type = tflite::BuiltinOptions_DequantizeOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
