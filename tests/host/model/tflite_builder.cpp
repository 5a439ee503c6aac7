// SPDX-License-Identifier: Apache-2.0
// The builder, on code generated from our schema subset.
#include "tests/host/model/tflite_builder.hpp"

#include <random>

namespace hil::model::test {
namespace {

flatbuffers::Offset<tflite::Tensor> write_tensor(Builder& fbb, const TensorText& text,
                                                 std::uint32_t buffer) {
  const auto shape = fbb.CreateVector(text.shape);
  const auto name = fbb.CreateString(text.name);
  const auto scales = fbb.CreateVector(text.scales);
  const auto zero_points = fbb.CreateVector(text.zero_points);
  tflite::QuantizationParametersBuilder quantization(fbb);
  quantization.add_scale(scales);
  quantization.add_zero_point(zero_points);
  quantization.add_quantized_dimension(text.quantized_dimension);
  const auto quantized = quantization.Finish();
  flatbuffers::Offset<tflite::SparsityParameters> sparsity;
  if (text.is_sparse) sparsity = tflite::CreateSparsityParameters(fbb);
  tflite::TensorBuilder tensor(fbb);
  tensor.add_shape(shape);
  tensor.add_type(static_cast<std::int8_t>(text.type));
  tensor.add_buffer(buffer);
  tensor.add_name(name);
  if (!text.scales.empty()) tensor.add_quantization(quantized);
  tensor.add_is_variable(text.is_variable);
  if (text.is_sparse) tensor.add_sparsity(sparsity);
  tensor.add_external_buffer(text.external_buffer);
  return tensor.Finish();
}

flatbuffers::Offset<tflite::Operator> write_operator(Builder& fbb, const OperatorText& text,
                                                     std::uint32_t opcode_index) {
  const auto inputs = fbb.CreateVector(text.inputs);
  const auto outputs = fbb.CreateVector(text.outputs);
  flatbuffers::Offset<void> options;
  if (text.options) options = text.options(fbb);
  tflite::OperatorBuilder op(fbb);
  op.add_opcode_index(opcode_index);
  op.add_inputs(inputs);
  op.add_outputs(outputs);
  op.add_builtin_options_type(static_cast<tflite::BuiltinOptions>(text.options_type));
  if (text.options) op.add_builtin_options(options);
  return op.Finish();
}

flatbuffers::Offset<tflite::OperatorCode> write_code(Builder& fbb, const OperatorText& text) {
  const auto custom = fbb.CreateString(text.custom_code);
  tflite::OperatorCodeBuilder code(fbb);
  code.add_deprecated_builtin_code(static_cast<std::int8_t>(std::min(text.code, 127)));
  code.add_builtin_code(text.code);
  code.add_custom_code(custom);
  return code.Finish();
}

/// One file in the making; graphs share its buffers and operator codes.
class File {
 public:
  explicit File(const FileText& text) : text_(text) {}

  std::vector<std::uint8_t> write() {
    graphs_.push_back(write_graph(text_));
    for (const FileText& graph : text_.more_graphs)
      graphs_.push_back(write_graph(graph));
    const auto codes = fbb_.CreateVector(codes_);
    const auto graphs = fbb_.CreateVector(graphs_);
    const auto buffers = fbb_.CreateVector(buffers_);
    tflite::FinishModelBuffer(fbb_,
                              tflite::CreateModel(fbb_, text_.version, codes, graphs, 0, buffers));
    return {fbb_.GetBufferPointer(), fbb_.GetBufferPointer() + fbb_.GetSize()};
  }

 private:
  flatbuffers::Offset<tflite::SubGraph> write_graph(const FileText& graph) {
    std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
    for (const TensorText& tensor : graph.tensors) {
      const std::uint32_t buffer = write_buffer(tensor);
      const bool is_first = graphs_.empty() && tensors.empty();
      tensors.push_back(write_tensor(fbb_, tensor,
                                     is_first && text_.buffer_of_tensor0 >= 0
                                         ? static_cast<std::uint32_t>(text_.buffer_of_tensor0)
                                         : buffer));
    }
    std::vector<flatbuffers::Offset<tflite::Operator>> operators;
    for (const OperatorText& op : graph.operators) {
      auto index = static_cast<std::uint32_t>(codes_.size());
      if (index == 0 && text_.opcode_index >= 0) {
        index = static_cast<std::uint32_t>(text_.opcode_index);
      }
      codes_.push_back(write_code(fbb_, op));
      operators.push_back(write_operator(fbb_, op, index));
    }
    const auto graph_tensors = fbb_.CreateVector(tensors);
    const auto inputs = fbb_.CreateVector(graph.inputs);
    const auto outputs = fbb_.CreateVector(graph.outputs);
    const auto graph_operators = fbb_.CreateVector(operators);
    return tflite::CreateSubGraph(fbb_, graph_tensors, inputs, outputs, graph_operators);
  }

  /// The buffer of a constant; 0 for the others.
  std::uint32_t write_buffer(const TensorText& tensor) {
    if (tensor.data.empty()) return 0;
    fbb_.ForceVectorAlignment(tensor.data.size(), 1, 16);
    const auto data = fbb_.CreateVector(tensor.data);
    buffers_.push_back(tflite::CreateBuffer(fbb_, data, text_.buffer_offset));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
  }

  const FileText& text_;
  Builder fbb_;
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers_ = {tflite::CreateBuffer(fbb_)};
  std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs_;
};

}  // namespace

std::vector<std::uint8_t> write_tflite(const FileText& text) {
  return File(text).write();
}

MakeOptions conv_options(Padding padding, std::int32_t stride, Activation activation) {
  return [=](Builder& fbb) {
    return tflite::CreateConv2DOptions(fbb, static_cast<std::int8_t>(padding), stride, stride,
                                       static_cast<std::int8_t>(activation))
        .Union();
  };
}

MakeOptions depthwise_options(Padding padding, std::int32_t multiplier) {
  return [=](Builder& fbb) {
    return tflite::CreateDepthwiseConv2DOptions(fbb, static_cast<std::int8_t>(padding), 1, 1,
                                                multiplier)
        .Union();
  };
}

MakeOptions pool_options(Padding padding, std::int32_t filter, std::int32_t stride) {
  return [=](Builder& fbb) {
    return tflite::CreatePool2DOptions(fbb, static_cast<std::int8_t>(padding), stride, stride,
                                       filter, filter)
        .Union();
  };
}

MakeOptions fully_connected_options(Activation activation) {
  return [=](Builder& fbb) {
    return tflite::CreateFullyConnectedOptions(fbb, static_cast<std::int8_t>(activation)).Union();
  };
}

MakeOptions add_options(Activation activation) {
  return [=](Builder& fbb) {
    return tflite::CreateAddOptions(fbb, static_cast<std::int8_t>(activation)).Union();
  };
}

MakeOptions softmax_options(float beta) {
  return [=](Builder& fbb) { return tflite::CreateSoftmaxOptions(fbb, beta).Union(); };
}

MakeOptions handle_options(std::string shared_name, std::string container) {
  return [=](Builder& fbb) {
    const auto in = fbb.CreateString(container);
    const auto name = fbb.CreateString(shared_name);
    return tflite::CreateVarHandleOptions(fbb, in, name).Union();
  };
}

MakeOptions call_once_options(std::int32_t graph) {
  return [=](Builder& fbb) { return tflite::CreateCallOnceOptions(fbb, graph).Union(); };
}

std::vector<std::uint8_t> some_bytes(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(count);
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  return bytes;
}

FileText small_network() {
  FileText file;
  const std::vector<float> per_channel = {0.01F, 0.02F, 0.03F, 0.04F};
  const std::vector<std::int64_t> zeros = {0, 0, 0, 0};
  const auto int32 = TensorType::kInt32;
  file.tensors = {
      {.shape = {1, 6, 6, 2}, .zero_points = {-3}, .name = "input"},
      {.shape = {4, 3, 3, 2}, .scales = per_channel, .zero_points = zeros, .data = some_bytes(72)},
      {.shape = {4},
       .type = int32,
       .scales = per_channel,
       .zero_points = zeros,
       .data = std::vector<std::uint8_t>(16)},
      {.shape = {1, 6, 6, 4}, .zero_points = {5}},
      {.shape = {1, 3, 3, 4}, .scales = {0.02F}, .data = some_bytes(36, 2)},
      {.shape = {1, 6, 6, 4}, .zero_points = {1}},
      {.shape = {4}, .scales = {0.25F}, .data = some_bytes(4, 3)},
      {.shape = {1, 6, 6, 4}, .zero_points = {7}},
      {.shape = {1, 3, 3, 4}, .zero_points = {7}},
      {.shape = {2}, .type = int32, .scales = {}, .data = {1, 0, 0, 0, 36, 0, 0, 0}},
      {.shape = {1, 36}, .zero_points = {7}},
      {.shape = {4, 36}, .scales = {0.01F}, .data = some_bytes(144, 4)},
      {.shape = {1, 4}, .scales = {0.125F}},
      {.shape = {1, 4}, .scales = {1.0F / 256.0F}, .zero_points = {-128}, .name = "output"},
  };
  file.operators = {
      {3, {0, 1, 2}, {3}, 1, conv_options(Padding::kSame, 1, Activation::kRelu)},
      {4, {3, 4}, {5}, 2, depthwise_options(Padding::kSame, 1)},
      {0, {5, 6}, {7}, 11, add_options()},
      {1, {7}, {8}, 5, pool_options(Padding::kValid, 2, 2)},
      {22, {8, 9}, {10}, 0, nullptr},
      {9, {10, 11, -1}, {12}, 8, fully_connected_options()},
      {25, {12}, {13}, 9, softmax_options(1.0F)},
  };
  file.inputs = {0};
  file.outputs = {13};
  return file;
}

}  // namespace hil::model::test
