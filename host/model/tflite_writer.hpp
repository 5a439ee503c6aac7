// SPDX-License-Identifier: Apache-2.0
// Writes small .tflite files in memory, as they are described: nothing is checked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/model/graph.hpp"
#include "tflite_generated.h"

namespace hil::model {

/// A tensor as the file will say it.
struct TensorText {
  std::vector<std::int32_t> shape;
  TensorType type = TensorType::kInt8;
  std::vector<float> scales = {0.5F};
  std::vector<std::int64_t> zero_points = {0};
  std::vector<std::uint8_t> data = {};  ///< empty: an activation
  std::int32_t quantized_dimension = 0;
  std::string name = "t";
  bool is_variable = false;
  bool is_sparse = false;
  std::uint32_t external_buffer = 0;
};

using TableBuilder = flatbuffers::FlatBufferBuilder;
/// Makes an options table; its offset without a type.
using MakeOptions = std::function<flatbuffers::Offset<void>(TableBuilder&)>;

/// An operator; inputs and outputs are indices of tensors, -1 for an input that is not given.
struct OperatorText {
  std::int32_t code = 0;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
  std::uint8_t options_type = 0;  ///< number of the format's union; 0 without options
  MakeOptions options;
  std::string custom_code = {};
};

/// A whole file; the members are what it says.
struct FileText {
  std::vector<TensorText> tensors;
  std::vector<OperatorText> operators;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
  std::uint32_t version = 3;
  std::uint64_t buffer_offset = 0;         ///< Buffer.offset of constants
  std::int32_t buffer_of_tensor0 = -1;     ///< overrides the buffer index
  std::int32_t opcode_index = -1;          ///< overrides operator 0's
  std::vector<FileText> more_graphs = {};  ///< their tensors, operators, inputs and outputs only
};

/// The bytes of @p text; constants are aligned to 16 bytes.
std::vector<std::uint8_t> write_tflite(const FileText& text);

/// Options of common operators; strides and filters are square, dilation is 1.
MakeOptions conv_options(Padding padding, std::int32_t stride = 1,
                         Activation activation = Activation::kNone);
MakeOptions depthwise_options(Padding padding, std::int32_t multiplier, std::int32_t stride = 1,
                              Activation activation = Activation::kNone);
MakeOptions pool_options(Padding padding, std::int32_t filter, std::int32_t stride,
                         Activation activation = Activation::kNone);
MakeOptions fully_connected_options(Activation activation = Activation::kNone);
MakeOptions add_options(Activation activation = Activation::kNone);
MakeOptions softmax_options(float beta);
MakeOptions reshape_options(std::vector<std::int32_t> shape);
MakeOptions handle_options(std::string shared_name, std::string container = "");
MakeOptions call_once_options(std::int32_t graph);

}  // namespace hil::model
