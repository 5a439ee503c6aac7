// SPDX-License-Identifier: Apache-2.0
// A model as plain data: tensors, operators and constants, free of the file's encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/model/options.hpp"
#include "protocol/plan/type_set.hpp"

namespace hil::model {

/// Numbers of the .tflite format; others may occur in files and are carried as they are.
enum class TensorType : std::int8_t {
  kFloat32 = 0,
  kFloat16 = 1,
  kInt32 = 2,
  kUint8 = 3,
  kInt64 = 4,
  kString = 5,
  kBool = 6,
  kInt16 = 7,
  kInt8 = 9,
  kFloat64 = 10,
  kResource = 13,
  kInt4 = 17,
};

/// Lower-case name for people: "int8"; "type 42" if unknown.
std::string name_of(TensorType type);

/// Bytes of one element; nothing for types without a fixed whole-byte size.
std::optional<std::size_t> size_of(TensorType type);

/// The bit that plans have for it; kNoOperand if they carry no such type.
plan::TypeSet type_set_of(TensorType type);

/// A list of int64 in the file. The format promises their alignment, damaged files break it.
class Int64List {
 public:
  Int64List() = default;
  /// @p count numbers from @p first on, little-endian, of any alignment.
  Int64List(const void* first, std::size_t count)
      : first_(static_cast<const std::uint8_t*>(first)), count_(count) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  std::int64_t operator[](std::size_t i) const {
    std::int64_t value = 0;
    std::memcpy(&value, first_ + i * sizeof(value), sizeof(value));
    return value;
  }

 private:
  const std::uint8_t* first_ = nullptr;
  std::size_t count_ = 0;
};

/// A tensor; all views point into Model::file.
struct Tensor {
  std::string_view name;
  TensorType type = TensorType::kFloat32;
  std::span<const std::int32_t> shape;  ///< empty: one element
  std::span<const float> scales;        ///< empty: not quantised; one, or one per channel
  Int64List zero_points;                ///< as many as scales, one, or none (all 0)
  std::int32_t quantized_dimension = 0;
  std::span<const std::uint8_t> data;  ///< constant's bytes, little-endian; else empty
  bool is_variable = false;
  bool is_sparse = false;
  bool is_external = false;  ///< data lies outside of the file's own buffers

  [[nodiscard]] bool is_constant() const { return !data.empty(); }
  /// Product of the shape; nothing if a dimension is below 1 or the product exceeds 2^31 - 1.
  [[nodiscard]] std::optional<std::int64_t> element_count() const;
  /// Bytes of all elements; nothing as above, or if the type has no size.
  [[nodiscard]] std::optional<std::int64_t> size_bytes() const;
};

inline constexpr std::int32_t kNoInput = -1;  ///< an optional input that is not given

struct Operator {
  std::int32_t code = 0;                  ///< builtin operator number of the format
  std::string_view custom_code;           ///< of custom operators (code 32)
  std::span<const std::int32_t> inputs;   ///< tensor indices, or kNoInput
  std::span<const std::int32_t> outputs;  ///< tensor indices
  Options options;
};

struct Graph {
  std::vector<Tensor> tensors;
  std::vector<Operator> operators;        ///< in order of execution
  std::span<const std::int32_t> inputs;   ///< tensor indices
  std::span<const std::int32_t> outputs;  ///< tensor indices
};

/// A whole file. Only movable: the views of its graphs point into @ref file.
struct Model {
  Model() = default;
  Model(Model&&) noexcept = default;
  Model& operator=(Model&&) noexcept = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model() = default;

  std::vector<std::uint8_t> file;
  std::vector<Graph> graphs;  ///< graph 0 is the main one; at least one
};

/// "tensor 3 (conv1/Relu)" for messages; long names are cut, unprintable bytes replaced.
std::string title_of(const Graph& graph, std::int32_t tensor);

/// "operator 7 (LOGISTIC)" for messages.
std::string title_of(const Operator& op, std::size_t index);

}  // namespace hil::model
