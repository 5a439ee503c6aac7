// SPDX-License-Identifier: Apache-2.0
// Checks of operands that recurrent operators share.
#include "host/model/operators/recurrent.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace hil::model {

bool is_float_weights(const OperatorView& view, std::size_t i) {
  return view.input_is(i, TensorType::kFloat32) || view.input_is(i, TensorType::kInt8);
}

Status check_operand(const OperatorView& view, std::size_t i, const char* role,
                     std::initializer_list<std::int32_t> shape) {
  const Tensor* tensor = view.input(i);
  if (tensor == nullptr) return view.refuse(fmt::format("lacks {} (input {})", role, i));
  if (std::equal(shape.begin(), shape.end(), tensor->shape.begin(), tensor->shape.end())) return {};
  return view.refuse(
      fmt::format("needs {} (input {}) of shape {}", role, i, fmt::join(shape, "x")));
}

Result<float> int8_weight_scale(const OperatorView& view, std::size_t i) {
  HIL_ASSIGN(const Quantisation quantisation, view.quantisation(*view.input(i)));
  if (quantisation.zero_point != 0) {
    return view.refuse(
        fmt::format("has weights (input {}) with a zero point of {}", i, quantisation.zero_point),
        "quantise the weights symmetrically");
  }
  return quantisation.scale;
}

Result<float> float_weight_scale(const OperatorView& view, std::size_t i) {
  return view.input_is(i, TensorType::kInt8) ? int8_weight_scale(view, i) : Result<float>(1.0F);
}

}  // namespace hil::model
