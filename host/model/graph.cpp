// SPDX-License-Identifier: Apache-2.0
// Sizes of tensors and titles for messages.
#include "host/model/graph.hpp"

#include <fmt/format.h>

#include <limits>

#include "host/model/operator_names.hpp"

namespace hil::model {

std::string name_of(TensorType type) {
  switch (type) {
    case TensorType::kFloat32:
      return "float32";
    case TensorType::kFloat16:
      return "float16";
    case TensorType::kInt32:
      return "int32";
    case TensorType::kUint8:
      return "uint8";
    case TensorType::kInt64:
      return "int64";
    case TensorType::kString:
      return "string";
    case TensorType::kBool:
      return "bool";
    case TensorType::kInt16:
      return "int16";
    case TensorType::kInt8:
      return "int8";
    case TensorType::kFloat64:
      return "float64";
    case TensorType::kResource:
      return "resource";
    case TensorType::kInt4:
      return "int4";
  }
  return fmt::format("type {}", static_cast<int>(type));
}

plan::TypeSet type_set_of(TensorType type) {
  switch (type) {
    case TensorType::kInt8:
      return plan::kInt8Only;
    case TensorType::kUint8:
      return plan::kUint8Only;
    case TensorType::kInt16:
      return plan::kInt16Only;
    case TensorType::kInt32:
      return plan::kInt32Only;
    case TensorType::kFloat32:
      return plan::kFloat32Only;
    default:
      return plan::kNoOperand;
  }
}

std::optional<std::size_t> size_of(TensorType type) {
  switch (type) {
    case TensorType::kUint8:
    case TensorType::kInt8:
    case TensorType::kBool:
      return 1;
    case TensorType::kFloat16:
    case TensorType::kInt16:
      return 2;
    case TensorType::kFloat32:
    case TensorType::kInt32:
      return 4;
    case TensorType::kInt64:
    case TensorType::kFloat64:
      return 8;
    case TensorType::kString:
    case TensorType::kResource:
    case TensorType::kInt4:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Tensor::element_count() const {
  std::int64_t count = 1;
  for (const std::int32_t dim : shape) {
    if (dim < 1) return std::nullopt;
    count *= dim;
    if (count > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  }
  return count;
}

std::optional<std::int64_t> Tensor::size_bytes() const {
  const auto count = element_count();
  const auto size = size_of(type);
  if (!count || !size) return std::nullopt;
  return *count * static_cast<std::int64_t>(*size);
}

std::string title_of(const Graph& graph, std::int32_t tensor) {
  const auto index = static_cast<std::size_t>(tensor);
  if (tensor < 0 || index >= graph.tensors.size()) return fmt::format("tensor {}", tensor);
  const std::string name = printable(graph.tensors[index].name);
  return name.empty() ? fmt::format("tensor {}", tensor)
                      : fmt::format("tensor {} ({})", tensor, name);
}

std::string title_of(const Operator& op, std::size_t index) {
  return fmt::format("operator {} ({})", index, operator_name(op.code, op.custom_code));
}

}  // namespace hil::model
