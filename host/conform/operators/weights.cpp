// SPDX-License-Identifier: Apache-2.0
// Models of operators with weights: CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.
#include <cstring>
#include <string>
#include <utility>

#include "host/conform/operators/families.hpp"
#include "host/conform/operators/graph.hpp"

namespace hil::conform {
namespace {

/// Element types that an operator with weights computes with.
struct Flavour {
  const char* variant;
  TensorType activations, weights, bias;
};
constexpr Flavour kInt8{"", TensorType::kInt8, TensorType::kInt8, TensorType::kInt32};
constexpr Flavour kInt16{"", TensorType::kInt16, TensorType::kInt8, TensorType::kInt64};
constexpr Flavour kInt16Narrow{"bias of 32 bits", TensorType::kInt16, TensorType::kInt8,
                               TensorType::kInt32};
constexpr Flavour kFloats{"", TensorType::kFloat32, TensorType::kFloat32, TensorType::kFloat32};
constexpr Flavour kHybrid{"int8 weights", TensorType::kFloat32, TensorType::kInt8,
                          TensorType::kFloat32};

// Inputs from -4 to 4, weights up to 1.6, outputs up to 8: sums of a dozen products pass that at
// times, so that some results saturate.
constexpr float kInputReach = 4, kOutputReach = 8, kWeightScale = 0.0075F;
// Of output channels; factors of the scales of their weights.
constexpr float kSpread[] = {1, 0.5F, 1.7F, 0.9F, 1.3F};

Kind activations(const Flavour& flavour, float reach, std::int64_t zero_point) {
  if (flavour.activations == TensorType::kInt8) return {TensorType::kInt8, reach / 128, zero_point};
  if (flavour.activations == TensorType::kInt16) return {TensorType::kInt16, reach / 32768, 0};
  return kFloat;
}

Kind input_kind(const Flavour& flavour) {
  return activations(flavour, kInputReach, -5);
}

Kind output_kind(const Flavour& flavour) {
  return activations(flavour, kOutputReach, -11);
}

std::string variant_of(const Flavour& flavour, const char* more) {
  const std::string types = flavour.variant;
  return types + (types.empty() || *more == '\0' ? "" : ", ") + more;
}

/// Of each of @p channels, or of all of them if there is one.
std::vector<float> weight_scales(std::int32_t channels) {
  std::vector<float> scales;
  for (std::int32_t i = 0; i < channels; ++i)
    scales.push_back(kWeightScale * kSpread[i % 5]);
  return scales;
}

/// int8 weights are -127 to 127: converters write no -128.
Bytes weight_bytes(std::size_t count, std::uint32_t seed) {
  Bytes bytes = values_of(TensorType::kInt8, count, seed);
  for (std::uint8_t& byte : bytes) {
    if (byte == 0x80) byte = 0x81;
  }
  return bytes;
}

/// Floats of at most 1.
Bytes small_floats(std::size_t count, std::uint32_t seed) {
  Bytes bytes = values_of(TensorType::kFloat32, count, seed);
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof(value));
    value *= 0.25F;
    std::memcpy(bytes.data() + at, &value, sizeof(value));
  }
  return bytes;
}

/// Weights of @p shape with @p scales along dimension @p channel_dimension. Those of int8
/// activations have @p zero_point.
std::int32_t add_weights(GraphText& graph, const Flavour& flavour, const Shape& shape,
                         const std::vector<float>& scales, std::int32_t channel_dimension,
                         std::int64_t zero_point = 0) {
  const std::size_t count = count_of(shape);
  if (flavour.weights == TensorType::kFloat32) {
    return graph.constant(shape, kFloat, small_floats(count, 5));
  }
  TensorText weights = tensor_of(shape, {TensorType::kInt8, 1, 0});
  weights.scales = scales;
  if (flavour.activations != TensorType::kInt8) zero_point = 0;
  weights.zero_points.assign(scales.size(), zero_point);
  weights.quantized_dimension = channel_dimension;
  weights.data = weight_bytes(count, 5);
  return graph.add_tensor(std::move(weights));
}

/// Biases from -2 to 2, in steps of input times weights, but for two that clamp their channels.
std::int32_t add_bias(GraphText& graph, const Flavour& flavour, std::int32_t channels,
                      const std::vector<float>& scales) {
  TensorText bias = tensor_of({channels}, {flavour.bias, 0, 0});
  std::vector<float> values{-9, 5};
  for (std::int32_t i = 2; i < channels; ++i)
    values.push_back(static_cast<float>(i * 5 % 9) * 0.5F - 2.0F);
  if (flavour.bias == TensorType::kFloat32) {
    bias.data = bytes_of(values);
    return graph.add_tensor(std::move(bias));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float scale = input_kind(flavour).scale * scales[scales.size() == 1 ? 0 : i];
    if (i < scales.size()) bias.scales.push_back(scale);
    const auto steps = static_cast<std::int64_t>(values[i] / scale);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&steps);
    bias.data.insert(bias.data.end(), bytes, bytes + (flavour.bias == TensorType::kInt64 ? 8 : 4));
  }
  bias.zero_points.assign(bias.scales.size(), 0);
  return graph.add_tensor(std::move(bias));
}

OptionsText conv_options(Padding padding, std::int32_t stride, std::int32_t dilation,
                         Activation activation) {
  return {tflite::BuiltinOptions_Conv2DOptions, [=](model::TableBuilder& fbb) {
            return tflite::CreateConv2DOptions(fbb, static_cast<std::int8_t>(padding), stride,
                                               stride, static_cast<std::int8_t>(activation),
                                               dilation, dilation)
                .Union();
          }};
}

/// 5x7x3 to 3x4x5 by 3x3: the filter hangs over on all sides, channels are odd.
OperatorModel conv_2d(const Flavour& flavour) {
  GraphText graph;
  const auto scales = weight_scales(5);
  const auto x = graph.input({1, 5, 7, 3}, input_kind(flavour));
  const auto weights = add_weights(graph, flavour, {5, 3, 3, 3}, scales, 0);
  const auto bias = add_bias(graph, flavour, 5, scales);
  const auto y = graph.output({1, 3, 4, 5}, output_kind(flavour));
  graph.add(Opcode::kConv2d, {x, weights, bias}, {y},
            conv_options(Padding::kSame, 2, 1, Activation::kRelu));
  return graph.finish(Opcode::kConv2d, flavour.activations, variant_of(flavour, ""));
}

/// Two images of 6x5x4 to 4x3x6 in two groups by 2x2, two apart, without a bias.
OperatorModel grouped_conv_2d(const Flavour& flavour) {
  GraphText graph;
  const auto x = graph.input({2, 6, 5, 4}, input_kind(flavour));
  const auto weights = add_weights(graph, flavour, {6, 2, 2, 2}, weight_scales(6), 0);
  const auto y = graph.output({2, 4, 3, 6}, output_kind(flavour));
  graph.add(Opcode::kConv2d, {x, weights, -1}, {y},
            conv_options(Padding::kValid, 1, 2, Activation::kNone));
  return graph.finish(Opcode::kConv2d, flavour.activations,
                      variant_of(flavour, "groups, dilation, no bias"));
}

/// Images of 5x6 of @p depth channels to 3x3x6 by 3x3.
OperatorModel depthwise_conv_2d(const Flavour& flavour, std::int32_t images, std::int32_t depth,
                                const char* variant) {
  GraphText graph;
  constexpr std::int32_t kChannels = 6;
  const auto scales = weight_scales(kChannels);
  const auto x = graph.input({images, 5, 6, depth}, input_kind(flavour));
  const auto weights = add_weights(graph, flavour, {1, 3, 3, kChannels}, scales, 3);
  const auto bias = add_bias(graph, flavour, kChannels, scales);
  const auto y = graph.output({images, 3, 3, kChannels}, output_kind(flavour));
  graph.add(Opcode::kDepthwiseConv2d, {x, weights, bias}, {y},
            {tflite::BuiltinOptions_DepthwiseConv2DOptions,
             model::depthwise_options(Padding::kSame, kChannels / depth, 2, Activation::kRelu6)});
  return graph.finish(Opcode::kDepthwiseConv2d, flavour.activations, variant_of(flavour, variant));
}

/// 2x2 of 67 channels to 1x2: kernels take 64 at once.
OperatorModel wide_depthwise_conv_2d(const Flavour& flavour) {
  GraphText graph;
  constexpr std::int32_t kChannels = 67;
  const auto scales = weight_scales(kChannels);
  const auto x = graph.input({1, 2, 2, kChannels}, input_kind(flavour));
  const auto weights = add_weights(graph, flavour, {1, 2, 1, kChannels}, scales, 3);
  const auto y = graph.output({1, 1, 2, kChannels}, output_kind(flavour));
  graph.add(Opcode::kDepthwiseConv2d, {x, weights, -1}, {y},
            {tflite::BuiltinOptions_DepthwiseConv2DOptions,
             model::depthwise_options(Padding::kValid, 1)});
  return graph.finish(Opcode::kDepthwiseConv2d, flavour.activations,
                      variant_of(flavour, "67 channels, no bias"));
}

/// Two rows of 13 to two of 7; one scale for all weights, or one for each of the 7.
OperatorModel fully_connected(const Flavour& flavour, bool per_channel) {
  GraphText graph;
  const auto scales = weight_scales(per_channel ? 7 : 1);
  const auto x = graph.input({2, 13}, input_kind(flavour));
  const auto weights = add_weights(graph, flavour, {7, 13}, scales, 0, per_channel ? 0 : 7);
  const auto bias = add_bias(graph, flavour, 7, scales);
  const auto y = graph.output({2, 7}, output_kind(flavour));
  graph.add(Opcode::kFullyConnected, {x, weights, bias}, {y},
            {tflite::BuiltinOptions_FullyConnectedOptions, model::fully_connected_options()});
  return graph.finish(Opcode::kFullyConnected, flavour.activations,
                      variant_of(flavour, per_channel ? "per channel" : ""));
}

}  // namespace

Models weight_models() {
  Models models;
  for (const Flavour& flavour : {kInt8, kInt16, kInt16Narrow, kFloats, kHybrid})
    models.push_back(conv_2d(flavour));
  for (const Flavour& flavour : {kInt8, kInt16, kFloats, kHybrid}) {
    models.push_back(grouped_conv_2d(flavour));
    models.push_back(depthwise_conv_2d(flavour, 1, 6, ""));
    models.push_back(depthwise_conv_2d(flavour, 2, 3, "two channels of each"));
    models.push_back(wide_depthwise_conv_2d(flavour));
  }
  for (const Flavour& flavour : {kInt8, kInt16, kInt16Narrow, kFloats, kHybrid})
    models.push_back(fully_connected(flavour, false));
  for (const Flavour& flavour : {kInt8, kHybrid})
    models.push_back(fully_connected(flavour, true));
  return models;
}

}  // namespace hil::conform
