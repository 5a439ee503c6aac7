// SPDX-License-Identifier: Apache-2.0
// Builds the .tflite file of an operator model, tensor by tensor, and its inputs with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/conform/operator_models.hpp"
#include "host/model/tflite_writer.hpp"

namespace hil::conform {

using model::Activation;
using model::Padding;
using model::TensorText;
using model::TensorType;
using plan::Opcode;
using Bytes = std::vector<std::uint8_t>;
using Shape = std::vector<std::int32_t>;
using Tensors = std::vector<std::int32_t>;  ///< indices in the file

/// Element type and quantisation of a tensor: real = scale * (q - zero_point).
struct Kind {
  TensorType type = TensorType::kFloat32;
  float scale = 0;  ///< 0: not quantised
  std::int64_t zero_point = 0;
};

inline constexpr Kind kFloat{};
inline constexpr Kind kInt32{TensorType::kInt32, 0, 0};

/// The table of an operator's options and its number in the format's union.
struct OptionsText {
  std::uint8_t type = 0;
  model::MakeOptions make = nullptr;
};

/// Product of @p shape.
std::size_t count_of(const Shape& shape);

/// @p count values of @p type that differ by @p seed. Integers: both ends of the range, then steps
/// all over it. Floats: finite, from -4 to 4, some of them a thousand times
/// smaller, both zeros among the first ten.
Bytes values_of(TensorType type, std::size_t count, std::uint32_t seed);

/// The bytes of @p values, little-endian.
Bytes bytes_of(const std::vector<float>& values);
Bytes bytes_of(const std::vector<std::int32_t>& values);

/// A tensor without content.
TensorText tensor_of(const Shape& shape, const Kind& kind);

/// One graph in the making. The order of inputs and outputs is that of their making.
class GraphText {
 public:
  /// A model input, with values_of() its type as what is sent, or with @p content.
  std::int32_t input(const Shape& shape, const Kind& kind);
  std::int32_t input(const Shape& shape, const Kind& kind, Bytes content);
  /// A constant with values_of() its type, or with @p content.
  std::int32_t constant(const Shape& shape, const Kind& kind);
  std::int32_t constant(const Shape& shape, const Kind& kind, Bytes content);
  /// A constant list of int32: axes, shapes, paddings.
  std::int32_t integers(const std::vector<std::int32_t>& values);
  std::int32_t add_tensor(TensorText tensor);
  /// A tensor that keeps its content between inferences.
  std::int32_t state(const Shape& shape, const Kind& kind);
  std::int32_t output(const Shape& shape, const Kind& kind);

  void add(Opcode opcode, Tensors inputs, Tensors outputs, OptionsText options = {});
  /// A graph that a CALL_ONCE may name by its number, from 1 on.
  void add_graph(const GraphText& graph) { file_.more_graphs.push_back(graph.file_); }

  /// The finished model: "CONV_2D int8", and @p variant behind it.
  [[nodiscard]] OperatorModel finish(Opcode opcode, TensorType type,
                                     const std::string& variant = "") const;

 private:
  std::uint32_t next_seed() { return ++seed_; }

  model::FileText file_;
  std::vector<Bytes> inputs_;
  std::uint32_t seed_ = 0;
};

}  // namespace hil::conform
