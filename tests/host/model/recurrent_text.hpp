// SPDX-License-Identifier: Apache-2.0
// Tensors of small recurrent models, and what becomes of such models.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "host/model/macs.hpp"
#include "host/model/model.hpp"
#include "host/model/reader.hpp"
#include "protocol/plan/view.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model::test {

using Bytes = std::vector<std::uint8_t>;
using Shape = std::vector<std::int32_t>;

inline constexpr TensorType kFloat32 = TensorType::kFloat32;

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

inline std::size_t count_of(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int32_t dim : shape)
    count *= static_cast<std::size_t>(dim);
  return count;
}

inline TensorText quantised(const Shape& shape, TensorType type, float scale) {
  return {.shape = shape, .type = type, .scales = {scale}};
}

inline TensorText int8_weights(const Shape& shape, float scale = 0.5F) {
  TensorText tensor = quantised(shape, TensorType::kInt8, scale);
  tensor.data = some_bytes(count_of(shape));
  return tensor;
}

inline TensorText zeros(const Shape& shape, float scale) {
  TensorText tensor = quantised(shape, TensorType::kInt32, scale);
  tensor.data = Bytes(count_of(shape) * 4);
  return tensor;
}

inline TensorText reals(const Shape& shape, const std::vector<float>& values = {}) {
  return {
      .shape = shape, .type = kFloat32, .scales = {}, .zero_points = {}, .data = bytes_of(values)};
}

inline TensorText variable(TensorText tensor) {
  tensor.is_variable = true;
  return tensor;
}

inline Result<CompiledModel> compiled(const FileText& file) {
  return compile(write_tflite(file), "recurrent.tflite");
}

inline std::string refusal_of(const FileText& file) {
  const auto model = compiled(file);
  EXPECT_FALSE(model.ok());
  if (model.ok()) return "";
  EXPECT_EQ(model.error().blame, Blame::kModel) << model.error().what;
  EXPECT_FALSE(model.error().hint.empty()) << model.error().what;
  return model.error().what;
}

/// Outputs of one runner for @p inputs, one after the other.
inline std::vector<std::vector<float>> run(const FileText& file,
                                           const std::vector<std::vector<float>>& inputs) {
  const auto model = compiled(file);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().what);
  if (!model.ok()) return {};
  auto runner = ReferenceRunner::make(*model);
  EXPECT_TRUE(runner.ok());
  std::vector<std::vector<float>> outputs;
  for (const auto& input : inputs) {
    const auto output = runner->run(std::vector<Bytes>{bytes_of(input)});
    EXPECT_TRUE(output.ok());
    std::vector<float> values(output->at(0).size() / sizeof(float));
    std::memcpy(values.data(), output->at(0).data(), output->at(0).size());
    outputs.push_back(values);
  }
  return outputs;
}

/// Parameters of the plan's first operator.
template <class Params>
Params params_of(const FileText& file) {
  const auto model = compiled(file);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().what);
  if (!model.ok()) return {};
  const plan::PlanView view(model->plan);
  plan::OperatorCursor cursor = view.operators(view.subgraph(0));
  plan::OperatorView op;
  EXPECT_TRUE(cursor.next(op));
  return op.params<Params>();
}

/// What the summary says of the work of the first operator.
inline std::optional<std::uint64_t> macs_of(const FileText& file) {
  const auto model = read_model(write_tflite(file));
  EXPECT_TRUE(model.ok());
  return model.ok() ? macs_by_shape(OperatorView(model->graphs[0], 0)) : std::nullopt;
}

}  // namespace hil::model::test
