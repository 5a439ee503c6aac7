// SPDX-License-Identifier: Apache-2.0
// The writer, on code generated from our schema subset.
#include "host/model/tflite_writer.hpp"

#include <algorithm>

namespace hil::model {
namespace {

flatbuffers::Offset<tflite::Tensor> write_tensor(TableBuilder& fbb, const TensorText& text,
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

flatbuffers::Offset<tflite::Operator> write_operator(TableBuilder& fbb, const OperatorText& text,
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

flatbuffers::Offset<tflite::OperatorCode> write_code(TableBuilder& fbb, const OperatorText& text) {
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
  TableBuilder fbb_;
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers_ = {tflite::CreateBuffer(fbb_)};
  std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs_;
};

}  // namespace

std::vector<std::uint8_t> write_tflite(const FileText& text) {
  return File(text).write();
}

MakeOptions conv_options(Padding padding, std::int32_t stride, Activation activation) {
  return [=](TableBuilder& fbb) {
    return tflite::CreateConv2DOptions(fbb, static_cast<std::int8_t>(padding), stride, stride,
                                       static_cast<std::int8_t>(activation))
        .Union();
  };
}

MakeOptions depthwise_options(Padding padding, std::int32_t multiplier, std::int32_t stride,
                              Activation activation) {
  return [=](TableBuilder& fbb) {
    return tflite::CreateDepthwiseConv2DOptions(fbb, static_cast<std::int8_t>(padding), stride,
                                                stride, multiplier,
                                                static_cast<std::int8_t>(activation))
        .Union();
  };
}

MakeOptions pool_options(Padding padding, std::int32_t filter, std::int32_t stride,
                         Activation activation) {
  return [=](TableBuilder& fbb) {
    return tflite::CreatePool2DOptions(fbb, static_cast<std::int8_t>(padding), stride, stride,
                                       filter, filter, static_cast<std::int8_t>(activation))
        .Union();
  };
}

MakeOptions fully_connected_options(Activation activation) {
  return [=](TableBuilder& fbb) {
    return tflite::CreateFullyConnectedOptions(fbb, static_cast<std::int8_t>(activation)).Union();
  };
}

MakeOptions add_options(Activation activation) {
  return [=](TableBuilder& fbb) {
    return tflite::CreateAddOptions(fbb, static_cast<std::int8_t>(activation)).Union();
  };
}

MakeOptions softmax_options(float beta) {
  return [=](TableBuilder& fbb) { return tflite::CreateSoftmaxOptions(fbb, beta).Union(); };
}

MakeOptions reshape_options(std::vector<std::int32_t> shape) {
  return [=](TableBuilder& fbb) {
    const auto new_shape = fbb.CreateVector(shape);
    return tflite::CreateReshapeOptions(fbb, new_shape).Union();
  };
}

MakeOptions handle_options(std::string shared_name, std::string container) {
  return [=](TableBuilder& fbb) {
    const auto in = fbb.CreateString(container);
    const auto name = fbb.CreateString(shared_name);
    return tflite::CreateVarHandleOptions(fbb, in, name).Union();
  };
}

MakeOptions call_once_options(std::int32_t graph) {
  return [=](TableBuilder& fbb) { return tflite::CreateCallOnceOptions(fbb, graph).Union(); };
}

}  // namespace hil::model
