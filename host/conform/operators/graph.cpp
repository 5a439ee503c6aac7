// SPDX-License-Identifier: Apache-2.0
// Tensors, their content and the finished model.
#include "host/conform/operators/graph.hpp"

#include <cstring>
#include <iterator>
#include <utility>

#include "host/model/operator_names.hpp"

namespace hil::conform {
namespace {

/// Parts of 2^32 that spread at once when they are added up: 0.62, 0.38, 0.71, 0.42, 0.82, 0.11.
constexpr std::uint64_t kSteps[] = {0x9E37'79B1, 0x61C8'8647, 0xB529'7A4D,
                                    0x6C8E'9CF5, 0xD1B5'4A33, 0x1B56'C4E9};

/// The @p i-th of whole numbers of @p bits bits: both ends of the range, then multiples of an odd
/// step. Another seed has another step and the ends the other way round, so that two operands do
/// not go together.
std::uint64_t integer_at(std::size_t i, unsigned bits, std::uint32_t seed) {
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  if (i < 2) return (i + seed) % 2 == 1 ? sign : sign - 1;  // the smallest, the largest
  const std::uint64_t step = (kSteps[seed % std::size(kSteps)] >> (32 - bits)) | 1;
  return i * step + std::uint64_t{seed} * 37;
}

float float_at(std::size_t i, std::uint32_t seed) {
  if (i % 64 == 3) return 0.0F;
  if (i % 64 == 9) return -0.0F;
  constexpr std::size_t kValues = 257;  // a prime: any multiplier comes to every value
  const std::size_t step = (i * (97 + seed * 26) + seed * 29) % kValues;
  const float value = (static_cast<float>(step) - 128) * (4.0F / 128);
  return i % 11 == 5 ? value * 1e-3F : value;
}

template <class Value>
void append(Bytes& bytes, Value value) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof(value));
  std::memcpy(bytes.data() + at, &value, sizeof(value));
}

template <class Value>
Bytes list_bytes(const std::vector<Value>& values) {
  Bytes bytes;
  for (const Value value : values)
    append(bytes, value);
  return bytes;
}

}  // namespace

std::size_t count_of(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int32_t dim : shape)
    count *= static_cast<std::size_t>(dim);
  return count;
}

Bytes values_of(TensorType type, std::size_t count, std::uint32_t seed) {
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) {
    switch (type) {
      case TensorType::kInt8:
        append(bytes, static_cast<std::uint8_t>(integer_at(i, 8, seed)));
        break;
      case TensorType::kUint8:  // both ends are those of int8 turned by 128
        append(bytes, static_cast<std::uint8_t>(integer_at(i, 8, seed) ^ 0x80));
        break;
      case TensorType::kInt16:
        append(bytes, static_cast<std::uint16_t>(integer_at(i, 16, seed)));
        break;
      case TensorType::kInt32:
        append(bytes, static_cast<std::uint32_t>(integer_at(i, 32, seed)));
        break;
      default:
        append(bytes, float_at(i, seed));
        break;
    }
  }
  return bytes;
}

Bytes bytes_of(const std::vector<float>& values) {
  return list_bytes(values);
}

Bytes bytes_of(const std::vector<std::int32_t>& values) {
  return list_bytes(values);
}

TensorText tensor_of(const Shape& shape, const Kind& kind) {
  TensorText tensor;
  tensor.shape = shape;
  tensor.type = kind.type;
  tensor.scales.clear();
  tensor.zero_points.clear();
  if (kind.scale == 0) return tensor;
  tensor.scales = {kind.scale};
  tensor.zero_points = {kind.zero_point};
  return tensor;
}

std::int32_t GraphText::input(const Shape& shape, const Kind& kind) {
  return input(shape, kind, values_of(kind.type, count_of(shape), next_seed()));
}

std::int32_t GraphText::input(const Shape& shape, const Kind& kind, Bytes content) {
  inputs_.push_back(std::move(content));
  file_.inputs.push_back(add_tensor(tensor_of(shape, kind)));
  return file_.inputs.back();
}

std::int32_t GraphText::constant(const Shape& shape, const Kind& kind) {
  return constant(shape, kind, values_of(kind.type, count_of(shape), next_seed()));
}

std::int32_t GraphText::constant(const Shape& shape, const Kind& kind, Bytes content) {
  TensorText tensor = tensor_of(shape, kind);
  tensor.data = std::move(content);
  return add_tensor(std::move(tensor));
}

std::int32_t GraphText::integers(const std::vector<std::int32_t>& values) {
  return constant({static_cast<std::int32_t>(values.size())}, kInt32, bytes_of(values));
}

std::int32_t GraphText::add_tensor(TensorText tensor) {
  tensor.name = "t" + std::to_string(file_.tensors.size());
  file_.tensors.push_back(std::move(tensor));
  return static_cast<std::int32_t>(file_.tensors.size() - 1);
}

std::int32_t GraphText::state(const Shape& shape, const Kind& kind) {
  TensorText tensor = tensor_of(shape, kind);
  tensor.is_variable = true;
  return add_tensor(std::move(tensor));
}

std::int32_t GraphText::output(const Shape& shape, const Kind& kind) {
  file_.outputs.push_back(add_tensor(tensor_of(shape, kind)));
  return file_.outputs.back();
}

void GraphText::add(Opcode opcode, Tensors inputs, Tensors outputs, OptionsText options) {
  file_.operators.push_back({static_cast<std::int32_t>(opcode), std::move(inputs),
                             std::move(outputs), options.type, std::move(options.make)});
}

OperatorModel GraphText::finish(Opcode opcode, TensorType type, const std::string& variant) const {
  const auto code = static_cast<std::uint16_t>(opcode);
  OperatorModel made;
  made.name = model::operator_name(code) + " " + model::name_of(type);
  if (!variant.empty()) made.name += ", " + variant;
  made.opcode = code;
  made.type = model::type_set_of(type);
  made.tflite = write_tflite(file_);
  made.inputs = inputs_;
  return made;
}

}  // namespace hil::conform
