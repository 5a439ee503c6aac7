// SPDX-License-Identifier: Apache-2.0
// Builds plans byte by byte for tests, good ones and broken ones; knows nothing of models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <vector>

#include "protocol/frame/crc32.hpp"
#include "protocol/plan/format.hpp"

namespace hil::plan::testing {

using Bytes = std::vector<std::uint8_t>;

/// Appends the bytes of @p value.
template <class T>
void append(Bytes& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof(T));
  std::memcpy(bytes.data() + at, &value, sizeof(T));
}

inline void pad(Bytes& bytes, std::size_t alignment) {
  while (bytes.size() % alignment != 0)
    bytes.push_back(0);
}

/// Overwrites a T at byte @p offset.
template <class T>
void poke(Bytes& bytes, std::size_t offset, const T& value) {
  std::memcpy(bytes.data() + offset, &value, sizeof(T));
}

template <class T>
T peek(const Bytes& bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

/// Makes total_bytes and the CRC-32 fit the content again, so that deeper checks see a change.
inline void reseal(Bytes& blob) {
  if (blob.size() < sizeof(Header)) return;
  poke(blob, offsetof(Header, total_bytes), static_cast<std::uint32_t>(blob.size()));
  poke(blob, offsetof(Header, crc32), frame::crc32(std::span(blob).subspan(8)));
}

/// Collects tensors, constants and operators of one or more graphs. Everything is public: a test
/// changes what it likes before build().
class PlanBuilder {
 public:
  Header header{};
  std::vector<TensorRecord> tensors;
  Bytes constants;
  Bytes operators;
  std::vector<SubgraphRecord> subgraphs;
  std::vector<std::uint16_t> indices;
  std::vector<StateRecord> states;
  Bytes names;
  std::vector<Section> sections;  ///< as build() laid them out

  PlanBuilder() {
    header.magic = kMagic;
    header.major = kMajor;
    header.minor = kMinor;
    header.core = Core::kReference;
    header.features = kFeatureInt8;
  }

  /// A tensor in the arena at the next free place. @returns its index.
  std::uint16_t arena_tensor(std::initializer_list<std::int32_t> dims, std::int32_t zero_point = 0,
                             float scale = 0.5f, ElementType type = ElementType::kInt8) {
    const std::uint16_t index = tensor(dims, Memory::kArena, header.arena_bytes, type);
    tensors[index].scale = scale;
    tensors[index].zero_point = zero_point;
    header.arena_bytes = (header.arena_bytes + bytes_of(tensors[index]) + 15) / 16 * 16;
    return index;
  }
  /// A tensor of constants. @returns its index.
  template <class T>
  std::uint16_t constant_tensor(std::initializer_list<std::int32_t> dims,
                                const std::vector<T>& values) {
    const auto type = std::is_same_v<T, float> ? ElementType::kFloat32
                      : sizeof(T) == 1         ? ElementType::kInt8
                                               : ElementType::kInt32;
    return tensor(dims, Memory::kConstant, constant(values), type);
  }
  std::uint16_t tensor(std::initializer_list<std::int32_t> dims, Memory memory,
                       std::uint32_t offset, ElementType type = ElementType::kInt8) {
    TensorRecord record{};
    record.type = type;
    record.rank = static_cast<std::uint8_t>(dims.size());
    record.memory = memory;
    record.offset = offset;
    for (std::int32_t& dim : record.dims)
      dim = 1;
    std::size_t i = 0;
    for (const std::int32_t dim : dims)
      record.dims[i++] = dim;
    tensors.push_back(record);
    return static_cast<std::uint16_t>(tensors.size() - 1);
  }
  /// Values in the constants section. @returns their offset.
  template <class T>
  std::uint32_t constant(const std::vector<T>& values) {
    pad(constants, 4);
    const auto offset = static_cast<std::uint32_t>(constants.size());
    for (const T& value : values)
      append(constants, value);
    return offset;
  }

  /// An operator with parameters. @returns the byte offset of its record in `operators`.
  template <class Params>
  std::size_t op(Opcode opcode, const std::vector<std::uint16_t>& inputs,
                 const std::vector<std::uint16_t>& outputs, const Params& params) {
    Bytes tail;
    append(tail, params);
    return raw_op(opcode, inputs, outputs, tail);
  }
  std::size_t op(Opcode opcode, const std::vector<std::uint16_t>& inputs,
                 const std::vector<std::uint16_t>& outputs) {
    return raw_op(opcode, inputs, outputs, {});
  }

  /// Closes the graph: the operators since the last graph, with these inputs and outputs.
  void graph(const std::vector<std::uint16_t>& inputs, const std::vector<std::uint16_t>& outputs) {
    SubgraphRecord record{};
    record.first_operator_byte = graph_start_;
    record.operator_bytes = static_cast<std::uint32_t>(operators.size()) - graph_start_;
    record.operator_count = graph_operators_;
    record.first_input = static_cast<std::uint16_t>(indices.size());
    record.input_count = static_cast<std::uint16_t>(inputs.size());
    indices.insert(indices.end(), inputs.begin(), inputs.end());
    record.first_output = static_cast<std::uint16_t>(indices.size());
    record.output_count = static_cast<std::uint16_t>(outputs.size());
    indices.insert(indices.end(), outputs.begin(), outputs.end());
    subgraphs.push_back(record);
    graph_start_ = static_cast<std::uint32_t>(operators.size());
    graph_operators_ = 0;
  }

  /// The sealed plan.
  Bytes build() {
    std::vector<Bytes> contents;
    sections.clear();
    stage(contents, SectionType::kTensors, bytes_of_all(tensors));
    stage(contents, SectionType::kOperators, operators);
    if (!constants.empty()) stage(contents, SectionType::kConstants, constants);
    stage(contents, SectionType::kSubgraphs, bytes_of_all(subgraphs));
    stage(contents, SectionType::kIndices, bytes_of_all(indices));
    if (!states.empty()) stage(contents, SectionType::kState, bytes_of_all(states));
    if (!names.empty()) stage(contents, SectionType::kNames, names);
    header.section_count = static_cast<std::uint16_t>(sections.size());
    Bytes blob(sizeof(Header) + sections.size() * sizeof(Section));
    for (std::size_t i = 0; i < sections.size(); ++i) {
      pad(blob, kAlignment);
      sections[i].offset = static_cast<std::uint32_t>(blob.size());
      poke(blob, sizeof(Header) + i * sizeof(Section), sections[i]);
      blob.insert(blob.end(), contents[i].begin(), contents[i].end());
    }
    poke(blob, 0, header);
    reseal(blob);
    return blob;
  }

 private:
  static std::uint32_t bytes_of(const TensorRecord& tensor) {
    std::uint32_t bytes = tensor.type == ElementType::kInt8 ? 1 : 4;
    for (std::uint32_t i = 0; i < tensor.rank; ++i) {
      bytes *= static_cast<std::uint32_t>(tensor.dims[i]);
    }
    return bytes;
  }
  template <class T>
  static Bytes bytes_of_all(const std::vector<T>& records) {
    Bytes bytes;
    for (const T& record : records)
      append(bytes, record);
    return bytes;
  }
  void stage(std::vector<Bytes>& contents, SectionType type, const Bytes& bytes) {
    const std::uint8_t flags = type == SectionType::kNames ? 0 : kSectionCritical;
    sections.push_back({type, flags, Place::kInPlace, 0, static_cast<std::uint32_t>(bytes.size())});
    contents.push_back(bytes);
  }
  std::size_t raw_op(Opcode opcode, const std::vector<std::uint16_t>& inputs,
                     const std::vector<std::uint16_t>& outputs, const Bytes& tail) {
    Bytes body;
    for (const std::uint16_t index : inputs)
      append(body, index);
    for (const std::uint16_t index : outputs)
      append(body, index);
    pad(body, 4);
    body.insert(body.end(), tail.begin(), tail.end());
    pad(body, 4);
    const std::size_t offset = operators.size();
    append(operators,
           OperatorRecord{static_cast<std::uint16_t>(sizeof(OperatorRecord) + body.size()), opcode,
                          static_cast<std::uint8_t>(inputs.size()),
                          static_cast<std::uint8_t>(outputs.size()), 0});
    operators.insert(operators.end(), body.begin(), body.end());
    ++graph_operators_;
    return offset;
  }

  std::uint32_t graph_start_ = 0;
  std::uint16_t graph_operators_ = 0;
};

/// Byte offset in @p blob of the section of that type; 0 if there is none.
inline std::size_t section_offset(const Bytes& blob, SectionType type) {
  const auto header = peek<Header>(blob, 0);
  for (std::size_t i = 0; i < header.section_count; ++i) {
    const auto section = peek<Section>(blob, sizeof(Header) + i * sizeof(Section));
    if (section.type == type) return section.offset;
  }
  return 0;
}

}  // namespace hil::plan::testing
