// SPDX-License-Identifier: Apache-2.0
// What a folder of one operator gets and gives: a view of the operator, a pool of constants, a
// folded record.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/graph.hpp"
#include "host/model/quantise.hpp"
#include "protocol/plan/format.hpp"

namespace hil::model {

/// Scale and zero point of a tensor that is quantised as a whole.
struct Quantisation {
  float scale = 0;
  std::int32_t zero_point = 0;
};

/// What helps against an operator that contradicts itself.
inline constexpr const char* kConvertAgain =
    "convert the model again with a current TensorFlow Lite converter";

/// One operator in its graph.
class OperatorView {
 public:
  OperatorView(const Graph& graph, std::size_t index) : graph_(graph), index_(index) {}

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] const Operator& op() const { return graph_.operators[index_]; }
  [[nodiscard]] const Graph& graph() const { return graph_; }

  /// Input @p i; null if it is not given (-1, or the list is shorter).
  [[nodiscard]] const Tensor* input(std::size_t i) const;
  /// Output @p i; null if the list is shorter.
  [[nodiscard]] const Tensor* output(std::size_t i) const;
  /// The tensor index of input @p i, or kNoInput.
  [[nodiscard]] std::int32_t input_index(std::size_t i) const;

  /// Whether input @p i is absent or has that type.
  [[nodiscard]] bool input_is(std::size_t i, TensorType type) const;
  [[nodiscard]] bool output_is(std::size_t i, TensorType type) const;

  /// Options as type T; default values if the file gives none.
  template <class T>
  [[nodiscard]] T options() const {
    const T* options = std::get_if<T>(&op().options);
    return options == nullptr ? T{} : *options;
  }

  /// The quantisation of @p tensor, checked.
  ///   kModel  none, more than one scale, a scale that is not finite and above 0
  [[nodiscard]] Result<Quantisation> quantisation(const Tensor& tensor) const;

  /// "operator 7 (CONV_2D) @p what": a kModel error.
  [[nodiscard]] Error refuse(const std::string& what,
                             const std::string& hint = kConvertAgain) const;

 private:
  const Graph& graph_;
  std::size_t index_;
};

/// The plan's constants section in the making.
class ConstantPool {
 public:
  /// Appends @p bytes at a multiple of @p alignment; returns the offset from the section's start.
  std::uint32_t add(std::span<const std::uint8_t> bytes, std::size_t alignment);
  /// The same for numbers, little-endian, aligned to their size but at least to 4.
  template <class T>
  std::uint32_t add_values(const std::vector<T>& values) {
    static_assert(std::is_arithmetic_v<T>);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
    return add({bytes, values.size() * sizeof(T)}, 4);
  }

  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// An operator as the plan will carry it. Tensors are still graph indices.
struct FoldedOperator {
  plan::Opcode opcode{};
  std::vector<std::int32_t> inputs;  ///< kNoInput for an optional input that is absent
  std::vector<std::int32_t> outputs;
  std::vector<std::uint8_t> params;  ///< bytes of the opcode's parameter struct
  /// If given, the bytes of the one output, known without running anything: the plan gets a
  /// constant instead of the operator.
  std::optional<std::vector<std::uint8_t>> constant;
  std::uint64_t macs = 0;  ///< multiply-accumulates of one run
};

/// The bytes of parameter struct @p params (no padding inside: the format asserts its size).
template <class T>
std::vector<std::uint8_t> bytes_of(const T& params) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<std::uint8_t> bytes(sizeof(T));
  std::memcpy(bytes.data(), &params, sizeof(T));
  return bytes;
}

/// The range that @p activation leaves to output 0, int8 or int16 of quantisation @p out.
///   kModel  none, or the activation has no meaning there
Result<Range> activation_range_of(const OperatorView& view, Activation activation,
                                  const Quantisation& out);

/// Both zero points are 0, as products of int16 values have them.
///   kModel  they are not
Status check_symmetric(const OperatorView& view, const Quantisation& in, const Quantisation& out);

/// @p factor as a multiplier and a shift, if kernels can apply it.
///   kModel  its shift is above plan::kMaxShift
Result<plan::Rescale> checked_rescale(const OperatorView& view, double factor);

}  // namespace hil::model
