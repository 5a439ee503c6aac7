// SPDX-License-Identifier: Apache-2.0
// From the file's tables to graphs, through flatbuffers' verifier and checks of every index.
#include "host/model/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "host/model/operator_names.hpp"
#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

static_assert(std::endian::native == std::endian::little, "views of the file are little-endian");

constexpr std::uint32_t kVersion = 3;          // of the format; the only one in use
constexpr std::size_t kSmallestFile = 16;      // root offset, identifier, an empty table
constexpr unsigned kMaxTables = 300'000;       // bounds the verifier's work on hostile files
constexpr unsigned kMaxDepth = 16;             // the format needs 5
constexpr std::size_t kMaxOperands = 1024;     // of one operator; bounds the work on hostile files
constexpr std::uint64_t kFirstRealOffset = 2;  // Buffer.offset of 0 and 1 means "not used"

Error damaged(const std::string& what) {
  return Error{Blame::kUser, what + ", the file is damaged", "get a fresh copy of the model"};
}

template <class T>
std::span<const T> view_of(const flatbuffers::Vector<T>* vector) {
  if (vector == nullptr || vector->size() == 0) return {};
  return {vector->data(), vector->size()};
}

std::string_view view_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}

template <class Vector>
std::size_t size_of(const Vector* vector) {
  return vector == nullptr ? 0 : vector->size();
}

/// Turns one verified file into graphs.
class Reader {
 public:
  explicit Reader(const tflite::Model& file) : file_(file) {}

  Status read(std::vector<Graph>& graphs) {
    if (file_.version() != kVersion) {
      return Error{Blame::kUser, fmt::format("format version {} is not known", file_.version()),
                   "convert the model with a current TensorFlow Lite converter"};
    }
    if (size_of(file_.subgraphs()) == 0) return damaged("there is no graph in it");
    for (const auto* subgraph : *file_.subgraphs()) {
      HIL_ASSIGN(Graph graph, read_graph(*subgraph));
      graphs.push_back(std::move(graph));
    }
    return {};
  }

 private:
  Result<Graph> read_graph(const tflite::SubGraph& from) {
    Graph graph;
    const std::size_t tensors = size_of(from.tensors());
    graph.tensors.reserve(tensors);
    for (std::size_t i = 0; i < tensors; ++i) {
      HIL_ASSIGN(Tensor tensor, read_tensor(*from.tensors()->Get(index_of(i)), i));
      graph.tensors.push_back(tensor);
    }
    graph.inputs = view_of(from.inputs());
    graph.outputs = view_of(from.outputs());
    HIL_TRY(check_indices(graph.inputs, tensors, false, "the list of model inputs"));
    HIL_TRY(check_indices(graph.outputs, tensors, false, "the list of model outputs"));
    const std::size_t operators = size_of(from.operators());
    graph.operators.reserve(operators);
    for (std::size_t i = 0; i < operators; ++i) {
      HIL_ASSIGN(Operator op, read_operator(*from.operators()->Get(index_of(i)), i, tensors));
      graph.operators.push_back(op);
    }
    return graph;
  }

  Result<Tensor> read_tensor(const tflite::Tensor& from, std::size_t index) {
    Tensor tensor;
    tensor.name = view_of(from.name());
    tensor.type = static_cast<TensorType>(from.type());
    tensor.shape = view_of(from.shape());
    tensor.is_variable = from.is_variable();
    tensor.is_sparse = from.sparsity() != nullptr;
    if (const auto* quantization = from.quantization()) {
      tensor.scales = view_of(quantization->scale());
      if (const auto* zero_points = quantization->zero_point()) {
        tensor.zero_points = {zero_points->Data(), zero_points->size()};
      }
      tensor.quantized_dimension = quantization->quantized_dimension();
    }
    HIL_TRY(read_data(from, index, tensor));
    return tensor;
  }

  Status read_data(const tflite::Tensor& from, std::size_t index, Tensor& tensor) {
    if (from.external_buffer() != 0) tensor.is_external = true;
    if (from.buffer() == 0) return {};
    if (from.buffer() >= size_of(file_.buffers())) {
      return damaged(fmt::format("tensor {} names buffer {} of {}", index, from.buffer(),
                                 size_of(file_.buffers())));
    }
    const auto* buffer = file_.buffers()->Get(from.buffer());
    tensor.data = view_of(buffer->data());
    if (buffer->offset() >= kFirstRealOffset) tensor.is_external = true;
    return {};
  }

  Result<Operator> read_operator(const tflite::Operator& from, std::size_t index,
                                 std::size_t tensors) {
    if (from.opcode_index() >= size_of(file_.operator_codes())) {
      return damaged(fmt::format("operator {} names code {} of {}", index, from.opcode_index(),
                                 size_of(file_.operator_codes())));
    }
    const auto* code = file_.operator_codes()->Get(from.opcode_index());
    Operator op;
    op.code = std::max<std::int32_t>(code->deprecated_builtin_code(), code->builtin_code());
    op.custom_code = view_of(code->custom_code());
    op.inputs = view_of(from.inputs());
    op.outputs = view_of(from.outputs());
    const std::string title = title_of(op, index);
    if (op.inputs.size() > kMaxOperands || op.outputs.size() > kMaxOperands) {
      return damaged(fmt::format("{} has {} inputs and {} outputs", title, op.inputs.size(),
                                 op.outputs.size()));
    }
    HIL_TRY(check_indices(op.inputs, tensors, true, title));
    HIL_TRY(check_indices(op.outputs, tensors, false, title));
    HIL_TRY(read_options(from, title, op));
    return op;
  }

  static Status read_options(const tflite::Operator& from, const std::string& title, Operator& op) {
    const OperatorKind* kind = find_kind(op.code);
    if (kind == nullptr) return {};
    const auto type = static_cast<int>(from.builtin_options_type());
    if (type != 0 && type != kind->options_type) {
      return damaged(fmt::format("{} carries options of type {} instead of {}", title, type,
                                 kind->options_type));
    }
    const bool given = type != 0 && from.builtin_options() != nullptr;
    if (!given && kind->options_required) return damaged(title + " carries no options");
    if (given) op.options = kind->read_options(from.builtin_options());
    return {};
  }

  static Status check_indices(std::span<const std::int32_t> indices, std::size_t tensors,
                              bool may_be_absent, const std::string& where) {
    for (const std::int32_t index : indices) {
      if (may_be_absent && index == kNoInput) continue;
      if (index < 0 || static_cast<std::size_t>(index) >= tensors) {
        return damaged(fmt::format("{} names tensor {} of {}", where, index, tensors));
      }
    }
    return {};
  }

  static flatbuffers::uoffset_t index_of(std::size_t i) {
    return static_cast<flatbuffers::uoffset_t>(i);
  }

  const tflite::Model& file_;
};

Status verify(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kSmallestFile || !tflite::ModelBufferHasIdentifier(bytes.data())) {
    return Error{Blame::kUser, "this is not a .tflite file (no TFL3 mark at byte 4)",
                 "give a model that the TensorFlow Lite converter wrote"};
  }
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), kMaxDepth, kMaxTables);
  if (!tflite::VerifyModelBuffer(verifier)) {
    return damaged(fmt::format("a table or list reaches beyond the {} bytes", bytes.size()));
  }
  return {};
}

}  // namespace

Result<Model> read_model(std::span<const std::uint8_t> bytes) {
  if (bytes.size() > kMaxFileBytes) {
    return Error{
        Blame::kUser,
        fmt::format("{} bytes are more than a model may have ({})", bytes.size(), kMaxFileBytes),
        "check that this is the right file"};
  }
  Model model;
  model.file.assign(bytes.begin(), bytes.end());  // aligned as flatbuffers needs it
  HIL_TRY(verify(model.file));
  Reader reader(*tflite::GetModel(model.file.data()));
  HIL_TRY(reader.read(model.graphs));
  return model;
}

}  // namespace hil::model
