// SPDX-License-Identifier: Apache-2.0
// Writes small .tflite files for tests, right or wrong on purpose.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/model/graph.hpp"
#include "tflite_generated.h"

namespace hil::model::test {

/// A tensor as the file will say it; nothing is checked.
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

using Builder = flatbuffers::FlatBufferBuilder;
/// Makes an options table; its offset without a type.
using MakeOptions = std::function<flatbuffers::Offset<void>(Builder&)>;

struct OperatorText {
  std::int32_t code = 0;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
  std::uint8_t options_type = 0;
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

/// The bytes of @p text.
std::vector<std::uint8_t> write_tflite(const FileText& text);

/// Options of common operators; stride and dilation 1, filter 2x2 where a pool needs one.
MakeOptions conv_options(Padding padding, std::int32_t stride = 1,
                         Activation activation = Activation::kNone);
MakeOptions depthwise_options(Padding padding, std::int32_t multiplier);
MakeOptions pool_options(Padding padding, std::int32_t filter, std::int32_t stride);
MakeOptions fully_connected_options(Activation activation = Activation::kNone);
MakeOptions add_options(Activation activation = Activation::kNone);
MakeOptions softmax_options(float beta);
MakeOptions handle_options(std::string shared_name, std::string container = "");
MakeOptions call_once_options(std::int32_t graph);

/// @p count bytes that look like weights, from @p seed.
std::vector<std::uint8_t> some_bytes(std::size_t count, std::uint32_t seed = 1);

/// 1x6x6x2 through CONV_2D (per channel, bias), DEPTHWISE_CONV_2D, ADD with a constant,
/// AVERAGE_POOL_2D, RESHAPE, FULLY_CONNECTED and SOFTMAX to 1x4: one of each operator.
FileText small_network();

}  // namespace hil::model::test
