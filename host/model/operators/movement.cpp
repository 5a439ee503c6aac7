// SPDX-License-Identifier: Apache-2.0
// Shapes, strides and constant operands of data movers.
#include "host/model/operators/movement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::model {
namespace {

bool is_carried(TensorType type) {
  return type == TensorType::kInt8 || type == TensorType::kInt16 || type == TensorType::kInt32 ||
         type == TensorType::kFloat32;
}

bool outputs_are(const OperatorView& view, TensorType type) {
  for (std::size_t i = 0; i < view.op().outputs.size(); ++i) {
    if (!view.output_is(i, type)) return false;
  }
  return true;
}

template <class T>
std::vector<std::int64_t> integers_in(std::span<const std::uint8_t> bytes) {
  std::vector<std::int64_t> values;
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    values.push_back(value);
  }
  return values;
}

std::int64_t zero_point_at(const Tensor& tensor, std::size_t i) {
  if (tensor.zero_points.empty()) return 0;
  return tensor.zero_points[tensor.zero_points.size() == 1 ? 0 : i];
}

}  // namespace

bool moves_one_type(const OperatorView& view, std::size_t input) {
  const Tensor* x = view.input(input);
  return x != nullptr && is_carried(x->type) && outputs_are(view, x->type);
}

bool moves_bytes(const OperatorView& view) {
  const Tensor* x = view.input(0);
  return moves_one_type(view) ||
         (x != nullptr && x->type == TensorType::kUint8 && outputs_are(view, TensorType::kUint8));
}

std::vector<std::int32_t> strides_of(std::span<const std::int32_t> shape) {
  std::vector<std::int32_t> strides(shape.size());
  std::int32_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

std::int64_t elements_between(std::span<const std::int32_t> shape, std::size_t first,
                              std::size_t end) {
  std::int64_t count = 1;
  for (std::size_t i = first; i < end; ++i)
    count *= shape[i];
  return count;
}

Result<std::vector<std::int64_t>> constant_integers(const OperatorView& view, std::size_t input,
                                                    const std::string& name, std::size_t count) {
  const Tensor* tensor = view.input(input);
  const bool integers = tensor != nullptr &&
                        (tensor->type == TensorType::kInt32 || tensor->type == TensorType::kInt64);
  if (!integers || !tensor->is_constant()) {
    return view.refuse("needs constant integers as its " + name,
                       "convert the model with fixed shapes");
  }
  if (tensor->element_count() != static_cast<std::int64_t>(count)) {
    return view.refuse(fmt::format("needs {} values as its {}", count, name));
  }
  return tensor->type == TensorType::kInt32 ? integers_in<std::int32_t>(tensor->data)
                                            : integers_in<std::int64_t>(tensor->data);
}

Result<std::size_t> axis_of(const OperatorView& view, std::int64_t axis, std::size_t rank) {
  const auto dimensions = static_cast<std::int64_t>(rank);
  if (axis < -dimensions || axis >= dimensions) {
    return view.refuse(fmt::format("goes along axis {} of {} dimensions", axis, rank));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + dimensions : axis);
}

bool same_quantisation(const Tensor& a, const Tensor& b) {
  if (!std::ranges::equal(a.scales, b.scales)) return false;
  for (std::size_t i = 0; i < std::max<std::size_t>(a.scales.size(), 1); ++i) {
    if (zero_point_at(a, i) != zero_point_at(b, i)) return false;
  }
  return true;
}

}  // namespace hil::model
