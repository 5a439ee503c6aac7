// SPDX-License-Identifier: Apache-2.0
// The link models, each of operators that every agent has.
#include "host/conform/link_models.hpp"

#include <utility>

#include "host/model/tflite_writer.hpp"
#include "protocol/plan/format.hpp"

namespace hil::conform {
namespace {

using model::FileText;
using model::TensorText;

/// Opcodes of plans are the numbers of the .tflite format.
constexpr auto kAdd = static_cast<std::int32_t>(plan::Opcode::kAdd);
constexpr auto kMaxPool = static_cast<std::int32_t>(plan::Opcode::kMaxPool2d);
constexpr auto kReshape = static_cast<std::int32_t>(plan::Opcode::kReshape);

/// rows * columns bytes, as near to a square as their number allows; rows <= columns.
struct Rectangle {
  std::int32_t rows = 1, columns = 1;
};

Rectangle rectangle_of(std::size_t bytes) {
  Rectangle best{1, static_cast<std::int32_t>(bytes)};
  for (std::size_t rows = 2; rows * rows <= bytes; ++rows) {
    if (bytes % rows != 0) continue;
    best = {static_cast<std::int32_t>(rows), static_cast<std::int32_t>(bytes / rows)};
  }
  return best;
}

TensorText activation(std::vector<std::int32_t> shape, const char* name) {
  TensorText tensor;
  tensor.shape = std::move(shape);
  tensor.name = name;
  return tensor;
}

/// Values -32 to 31 in an order that shows where a byte came from.
TensorText offsets(std::vector<std::int32_t> shape, std::int32_t step) {
  TensorText tensor = activation(std::move(shape), "offsets");
  const std::int32_t count = tensor.shape[0] * tensor.shape[1];
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int64_t value = (std::int64_t{i} * step) % 64 - 32;
    tensor.data.push_back(static_cast<std::uint8_t>(value));
  }
  return tensor;
}

}  // namespace

std::vector<std::uint8_t> echo_model(std::size_t bytes) {
  const auto count = static_cast<std::int32_t>(bytes);
  FileText file;
  file.tensors = {activation({1, count}, "in"), activation({count}, "out")};
  file.operators = {
      {kReshape, {0}, {1}, tflite::BuiltinOptions_ReshapeOptions, model::reshape_options({count})}};
  file.inputs = {0};
  file.outputs = {1};
  return write_tflite(file);
}

std::vector<std::uint8_t> source_model(std::size_t bytes) {
  // One scale and zero point everywhere: the kernel adds the int8 values as they are.
  const Rectangle shape = rectangle_of(bytes);
  FileText file;
  file.tensors = {activation({1, 1}, "in"), offsets({1, shape.columns}, 5),
                  activation({1, shape.columns}, "row"), offsets({shape.rows, 1}, 11),
                  activation({shape.rows, shape.columns}, "out")};
  file.operators = {
      {kAdd, {0, 1}, {2}, tflite::BuiltinOptions_AddOptions, model::add_options()},
      {kAdd, {2, 3}, {4}, tflite::BuiltinOptions_AddOptions, model::add_options()},
  };
  file.inputs = {0};
  file.outputs = {4};
  return write_tflite(file);
}

std::vector<std::uint8_t> sink_model(std::size_t bytes) {
  const Rectangle shape = rectangle_of(bytes);
  FileText file;
  file.tensors = {activation({1, shape.rows, shape.columns, 1}, "in"),
                  activation({1, 1, 1, 1}, "out")};
  file.operators = {{kMaxPool,
                     {0},
                     {1},
                     tflite::BuiltinOptions_Pool2DOptions,
                     model::pool_options(model::Padding::kValid, 1, shape.columns)}};
  file.inputs = {0};
  file.outputs = {1};
  return write_tflite(file);
}

}  // namespace hil::conform
