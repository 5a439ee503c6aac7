// SPDX-License-Identifier: Apache-2.0
// Typed, bounds-checked reading of a plan in place; any bytes may be given.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "protocol/plan/format.hpp"

namespace hil::plan {

/// The T at byte @p offset of @p bytes; all zero if it does not fit. Any alignment.
template <class T>
T load_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value{};
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof(T)) {
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
  }
  return value;
}

/// Bytes [offset, offset + size) of @p bytes; empty if they do not fit.
inline std::span<const std::uint8_t> slice(std::span<const std::uint8_t> bytes, std::size_t offset,
                                           std::size_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) return {};
  return bytes.subspan(offset, size);
}

/// Bytes of one element; 0 for an unknown type.
constexpr std::uint32_t element_bytes(ElementType type) {
  switch (type) {
    case ElementType::kInt8:
    case ElementType::kUint8:
      return 1;
    case ElementType::kInt16:
      return 2;
    case ElementType::kInt32:
    case ElementType::kFloat32:
      return 4;
    case ElementType::kInt64:
      return 8;
  }
  return 0;
}

/// Elements of @p tensor (rank 0: one); 0 if a dimension is not in [1, kMaxDimension], those behind
/// the rank are not 1, the rank is too large or there are 2^31 or more.
constexpr std::uint32_t element_count(const TensorRecord& tensor) {
  if (tensor.rank > kMaxRank) return 0;
  std::uint64_t count = 1;
  for (std::uint32_t i = 0; i < kMaxRank; ++i) {
    const std::int32_t dim = tensor.dims[i];
    if (dim < 1 || dim > kMaxDimension || (i >= tensor.rank && dim != 1)) return 0;
    count *= static_cast<std::uint64_t>(dim);
    if (count > 0x7FFF'FFFFu) return 0;
  }
  return static_cast<std::uint32_t>(count);
}

/// Bytes of @p tensor; 0 if its type or shape is not valid.
constexpr std::uint64_t tensor_bytes(const TensorRecord& tensor) {
  return std::uint64_t{element_count(tensor)} * element_bytes(tensor.type);
}

/// One operator record inside a plan; stays valid as long as the plan's bytes do.
class OperatorView {
 public:
  OperatorView() = default;
  /// @p record starts at the OperatorRecord and ends where the record ends.
  explicit OperatorView(std::span<const std::uint8_t> record)
      : head_(load_at<OperatorRecord>(record, 0)), record_(record) {}

  [[nodiscard]] Opcode opcode() const { return head_.opcode; }
  [[nodiscard]] std::uint32_t input_count() const { return head_.input_count; }
  [[nodiscard]] std::uint32_t output_count() const { return head_.output_count; }

  /// Tensor index; kNoTensor if absent or @p i is too large.
  [[nodiscard]] std::uint16_t input(std::uint32_t i) const {
    return i < input_count() ? tensor_index(i) : kNoTensor;
  }
  [[nodiscard]] std::uint16_t output(std::uint32_t i) const {
    return i < output_count() ? tensor_index(input_count() + i) : kNoTensor;
  }
  /// The parameter struct; all zero if the record is too short.
  template <class Params>
  [[nodiscard]] Params params() const {
    return load_at<Params>(record_, params_offset());
  }
  /// Bytes behind the tensor indices; 0 if the record ends before.
  [[nodiscard]] std::size_t params_bytes() const {
    return record_.size() > params_offset() ? record_.size() - params_offset() : 0;
  }
  /// True if head and tensor indices lie inside the record.
  [[nodiscard]] bool complete() const { return record_.size() >= params_offset(); }

 private:
  [[nodiscard]] std::size_t params_offset() const {
    const std::size_t indices = input_count() + output_count();
    return sizeof(OperatorRecord) + (indices + 1) / 2 * 4;
  }
  [[nodiscard]] std::uint16_t tensor_index(std::uint32_t position) const {
    const std::size_t offset = sizeof(OperatorRecord) + std::size_t{position} * 2;
    if (offset + 2 > record_.size()) return kNoTensor;
    return load_at<std::uint16_t>(record_, offset);
  }

  OperatorRecord head_{};
  std::span<const std::uint8_t> record_;
};

/// Walks over operator records, each at least sizeof(OperatorRecord) long, so it always ends.
class OperatorCursor {
 public:
  explicit OperatorCursor(std::span<const std::uint8_t> records) : rest_(records) {}

  /// Takes the next record. False at the end and at a record that does not fit (see at_end()).
  bool next(OperatorView& out) {
    const auto head = load_at<OperatorRecord>(rest_, 0);
    const std::size_t size = head.size_bytes;
    if (size < sizeof(OperatorRecord) || size % 4 != 0 || size > rest_.size()) return false;
    out = OperatorView(rest_.first(size));
    rest_ = rest_.subspan(size);
    return true;
  }
  /// True once all bytes are taken.
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::span<const std::uint8_t> rest_;
};

/// A plan's parts. Whatever is missing or out of bounds reads as empty or zero.
class PlanView {
 public:
  PlanView() = default;
  explicit PlanView(std::span<const std::uint8_t> blob)
      : header_(load_at<Header>(blob, 0)), blob_(blob) {
    for (std::uint32_t i = 0; i < header_.section_count; ++i) {
      if (sizeof(Header) + (std::size_t{i} + 1) * sizeof(Section) > blob.size()) break;
      const Section section = section_record(i);
      const auto type = static_cast<std::uint16_t>(section.type);
      if (type < parts_.size()) parts_[type] = slice(blob, section.offset, section.size);
    }
  }

  [[nodiscard]] const Header& header() const { return header_; }
  /// Entry @p i of the section table.
  [[nodiscard]] Section section_record(std::uint32_t i) const {
    return load_at<Section>(blob_, sizeof(Header) + std::size_t{i} * sizeof(Section));
  }
  /// Bytes of the section of that type; empty if there is none.
  [[nodiscard]] std::span<const std::uint8_t> section(SectionType type) const {
    const auto index = static_cast<std::uint16_t>(type);
    return index < parts_.size() ? parts_[index] : std::span<const std::uint8_t>{};
  }

  [[nodiscard]] std::uint32_t tensor_count() const {
    return count_of<TensorRecord>(SectionType::kTensors);
  }
  [[nodiscard]] TensorRecord tensor(std::uint32_t i) const {
    return record<TensorRecord>(SectionType::kTensors, i);
  }
  [[nodiscard]] std::uint32_t subgraph_count() const {
    return count_of<SubgraphRecord>(SectionType::kSubgraphs);
  }
  [[nodiscard]] SubgraphRecord subgraph(std::uint32_t i) const {
    return record<SubgraphRecord>(SectionType::kSubgraphs, i);
  }
  [[nodiscard]] std::uint32_t state_count() const {
    return count_of<StateRecord>(SectionType::kState);
  }
  [[nodiscard]] StateRecord state(std::uint32_t i) const {
    return record<StateRecord>(SectionType::kState, i);
  }
  [[nodiscard]] std::uint32_t index_count() const {
    return count_of<std::uint16_t>(SectionType::kIndices);
  }
  /// Tensor index at position @p i of the index section; kNoTensor if there is none.
  [[nodiscard]] std::uint16_t index(std::uint32_t i) const {
    return i < index_count() ? record<std::uint16_t>(SectionType::kIndices, i) : kNoTensor;
  }
  /// Bytes of a constant; empty if it lies outside the constants section.
  [[nodiscard]] std::span<const std::uint8_t> constant(std::uint32_t offset,
                                                       std::size_t size) const {
    return slice(section(SectionType::kConstants), offset, size);
  }
  /// The operators of one graph.
  [[nodiscard]] OperatorCursor operators(const SubgraphRecord& graph) const {
    return OperatorCursor(
        slice(section(SectionType::kOperators), graph.first_operator_byte, graph.operator_bytes));
  }
  /// Name of tensor @p i without its NUL; empty if the plan carries none. Walks the section.
  [[nodiscard]] std::span<const char> name(std::uint32_t i) const;

 private:
  template <class T>
  [[nodiscard]] std::uint32_t count_of(SectionType type) const {
    return static_cast<std::uint32_t>(section(type).size() / sizeof(T));
  }
  template <class T>
  [[nodiscard]] T record(SectionType type, std::uint32_t i) const {
    return load_at<T>(section(type), std::size_t{i} * sizeof(T));
  }

  Header header_{};
  std::span<const std::uint8_t> blob_;
  std::array<std::span<const std::uint8_t>, 8> parts_{};  ///< by SectionType
};

inline std::span<const char> PlanView::name(std::uint32_t i) const {
  auto rest = section(SectionType::kNames);
  for (;;) {
    const void* end = rest.empty() ? nullptr : std::memchr(rest.data(), 0, rest.size());
    if (end == nullptr) return {};
    const auto length =
        static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - rest.data());
    if (i == 0) return {reinterpret_cast<const char*>(rest.data()), length};
    rest = rest.subspan(length + 1);
    --i;
  }
}

}  // namespace hil::plan
