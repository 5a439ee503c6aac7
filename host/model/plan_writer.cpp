// SPDX-License-Identifier: Apache-2.0
// Serialises sections one by one, then the header with the CRC-32 over all.
#include "host/model/plan_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>

#include "protocol/frame/crc32.hpp"

namespace hil::model {
namespace {

constexpr std::size_t kMaxPlanBytes = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kMaxRecordBytes = std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t kCrcStart = 8;  // the CRC-32 covers what follows itself

using Bytes = std::vector<std::uint8_t>;

template <class T>
void append(Bytes& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof(T));
  std::memcpy(bytes.data() + at, &value, sizeof(T));
}

void pad(Bytes& bytes, std::size_t alignment) {
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
}

template <class T>
Bytes bytes_of_all(const std::vector<T>& values) {
  Bytes bytes;
  for (const T& value : values)
    append(bytes, value);
  return bytes;
}

Result<Bytes> operator_bytes(const std::vector<PlanOperator>& operators) {
  Bytes bytes;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    const PlanOperator& op = operators[i];
    Bytes body = bytes_of_all(op.inputs);
    for (const std::uint16_t output : op.outputs)
      append(body, output);
    pad(body, 4);
    body.insert(body.end(), op.params.begin(), op.params.end());
    pad(body, 4);
    const std::size_t size = sizeof(plan::OperatorRecord) + body.size();
    if (size > kMaxRecordBytes || op.inputs.size() > 255 || op.outputs.size() > 255) {
      return Error{Blame::kModel, fmt::format("operator {} is too large for a plan", i),
                   "split the operator into smaller ones"};
    }
    plan::OperatorRecord head{};
    head.size_bytes = static_cast<std::uint16_t>(size);
    head.opcode = op.opcode;
    head.input_count = static_cast<std::uint8_t>(op.inputs.size());
    head.output_count = static_cast<std::uint8_t>(op.outputs.size());
    append(bytes, head);
    bytes.insert(bytes.end(), body.begin(), body.end());
  }
  return bytes;
}

plan::SubgraphRecord main_graph(const PlanData& data, std::size_t operator_bytes) {
  plan::SubgraphRecord graph{};
  graph.operator_bytes = static_cast<std::uint32_t>(operator_bytes);
  graph.operator_count = static_cast<std::uint16_t>(data.operators.size());
  graph.input_count = static_cast<std::uint16_t>(data.inputs.size());
  graph.first_output = graph.input_count;
  graph.output_count = static_cast<std::uint16_t>(data.outputs.size());
  return graph;
}

struct Part {
  plan::SectionType type;
  Bytes content;
};

Result<std::vector<Part>> parts_of(const PlanData& data) {
  HIL_ASSIGN(Bytes operators, operator_bytes(data.operators));
  Bytes graphs;
  append(graphs, main_graph(data, operators.size()));
  std::vector<std::uint16_t> indices = data.inputs;
  indices.insert(indices.end(), data.outputs.begin(), data.outputs.end());
  std::vector<Part> parts;
  parts.push_back({plan::SectionType::kSubgraphs, std::move(graphs)});
  parts.push_back({plan::SectionType::kIndices, bytes_of_all(indices)});
  parts.push_back({plan::SectionType::kTensors, bytes_of_all(data.tensors)});
  parts.push_back({plan::SectionType::kOperators, std::move(operators)});
  if (!data.constants.empty()) {
    parts.push_back({plan::SectionType::kConstants, data.constants});
  }
  if (!data.states.empty()) {
    parts.push_back({plan::SectionType::kState, bytes_of_all(data.states)});
  }
  return parts;
}

plan::Header header_of(const PlanData& data, std::size_t total_bytes, std::size_t sections) {
  plan::Header header{};
  header.magic = plan::kMagic;
  header.major = plan::kMajor;
  header.minor = plan::kMinor;
  header.total_bytes = static_cast<std::uint32_t>(total_bytes);
  header.core = data.core;
  header.section_count = static_cast<std::uint16_t>(sections);
  header.features = data.features;
  header.work = data.work;
  header.arena_bytes = data.arena_bytes;
  header.state_bytes = data.state_bytes;
  std::copy(data.model_sha256.begin(), data.model_sha256.end(), header.model_sha256);
  return header;
}

}  // namespace

Result<std::vector<std::uint8_t>> write_plan(const PlanData& data) {
  HIL_ASSIGN(const std::vector<Part> parts, parts_of(data));
  Bytes blob(sizeof(plan::Header) + parts.size() * sizeof(plan::Section));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    pad(blob, plan::kAlignment);
    if (blob.size() + parts[i].content.size() > kMaxPlanBytes) {
      return Error{Blame::kModel, "the plan would exceed 2 GB", "make the model smaller"};
    }
    const plan::Section section{parts[i].type, plan::kSectionCritical, plan::Place::kInPlace,
                                static_cast<std::uint32_t>(blob.size()),
                                static_cast<std::uint32_t>(parts[i].content.size())};
    std::memcpy(blob.data() + sizeof(plan::Header) + i * sizeof(section), &section,
                sizeof(section));
    blob.insert(blob.end(), parts[i].content.begin(), parts[i].content.end());
  }
  pad(blob, 4);
  plan::Header header = header_of(data, blob.size(), parts.size());
  std::memcpy(blob.data(), &header, sizeof(header));
  header.crc32 = frame::crc32(std::span<const std::uint8_t>(blob).subspan(kCrcStart));
  std::memcpy(blob.data(), &header, sizeof(header));
  return blob;
}

}  // namespace hil::model
