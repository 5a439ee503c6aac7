// SPDX-License-Identifier: Apache-2.0
// Models of operators with memory: SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM.
#include "host/conform/operators/families.hpp"
#include "host/conform/operators/graph.hpp"

namespace hil::conform {
namespace {

// Sums stay in the steep part of the curves, so that no gate is stuck at its end.
constexpr float kInputScale = 1.0F / 64, kWeightScale = 1.0F / 128;
constexpr float kCellClip = 0.5F;  // some cells reach it
constexpr Kind kInput8{TensorType::kInt8, kInputScale, 3};
constexpr Kind kWeights8{TensorType::kInt8, kWeightScale, 0};

/// @p count numbers from -@p reach to @p reach.
std::vector<float> reals(std::int32_t count, std::int32_t seed, float reach) {
  std::vector<float> values;
  for (std::int32_t i = 0; i < count; ++i)
    values.push_back(reach * (static_cast<float>((i * 29 + seed * 7) % 41) / 20 - 1));
  return values;
}

/// In steps of @p scale.
std::int32_t add_int32_bias(GraphText& graph, const std::vector<float>& values, float scale) {
  std::vector<std::int32_t> steps;
  for (const float value : values)
    steps.push_back(static_cast<std::int32_t>(value / scale));
  return graph.constant({static_cast<std::int32_t>(values.size())}, {TensorType::kInt32, scale, 0},
                        bytes_of(steps));
}

/// Weights of at most 1, as int8 or as float32.
std::int32_t add_weights(GraphText& graph, const Shape& shape, bool floats, std::int32_t seed) {
  if (!floats) return graph.constant(shape, kWeights8);
  return graph.constant(shape, kFloat,
                        bytes_of(reals(static_cast<std::int32_t>(count_of(shape)), seed, 1)));
}

OptionsText svdf_options(Activation activation) {
  return {tflite::BuiltinOptions_SVDFOptions, [activation](model::TableBuilder& fbb) {
            return tflite::CreateSVDFOptions(fbb, 2, static_cast<std::int8_t>(activation)).Union();
          }};
}

/// 2x7 to 2x3 of rank 2, with a memory of 5. int8: @p state is int8 or int16.
OperatorModel int8_svdf(TensorType state, const char* variant) {
  GraphText graph;
  const bool narrow = state == TensorType::kInt8;
  const float state_scale = narrow ? 1.0F / 16 : 1.0F / 4096;
  const auto x = graph.input({2, 7}, kInput8);
  const auto feature = graph.constant({6, 7}, kWeights8);
  const auto time = graph.constant({6, 5}, {state, narrow ? kWeightScale : 1.0F / 32768, 0});
  const float sum_scale = state_scale * (narrow ? kWeightScale : 1.0F / 32768);
  const auto bias = add_int32_bias(graph, reals(3, 1, 0.5F), sum_scale);
  const auto kept = graph.state({2, 30}, {state, state_scale, narrow ? 4 : 0});
  const auto y = graph.output({2, 3}, {TensorType::kInt8, 1.0F / 48, -6});
  graph.add(Opcode::kSvdf, {x, feature, time, bias, kept}, {y}, svdf_options(Activation::kNone));
  return graph.finish(Opcode::kSvdf, TensorType::kInt8, variant);
}

OperatorModel float_svdf(bool float_weights, const char* variant) {
  GraphText graph;
  const auto x = graph.input({2, 7}, kFloat);
  const auto feature = add_weights(graph, {6, 7}, float_weights, 1);
  const auto time = add_weights(graph, {6, 5}, float_weights, 2);
  const auto bias = graph.constant({3}, kFloat, bytes_of(reals(3, 1, 0.5F)));
  const auto kept = graph.state({2, 30}, kFloat);
  const auto y = graph.output({2, 3}, kFloat);
  graph.add(Opcode::kSvdf, {x, feature, time, bias, kept}, {y},
            svdf_options(float_weights ? Activation::kRelu : Activation::kNone));
  return graph.finish(Opcode::kSvdf, TensorType::kFloat32, variant);
}

/// What an LSTM is made of besides its options: 2x3x5 (batch, time, depth) to 2x3x5.
struct Lstm {
  GraphText graph;
  std::int32_t x = 0;
  Tensors weights, recurrent, biases;  ///< of the gates input, forget, cell, output
  std::int32_t hidden = 0, cell = 0, y = 0;
};
constexpr std::int32_t kDepth = 5, kUnits = 5;

/// The operands that are not given: peephole, projection and normalisation weights.
OperatorModel finished(Lstm& lstm, TensorType type, bool time_major, const std::string& variant) {
  Tensors inputs{lstm.x};
  const auto append = [&inputs](const Tensors& more) {
    inputs.insert(inputs.end(), more.begin(), more.end());
  };
  append(lstm.weights);
  append(lstm.recurrent);
  append({-1, -1, -1});
  append(lstm.biases);
  append({-1, -1, lstm.hidden, lstm.cell, -1, -1, -1, -1});
  lstm.graph.add(Opcode::kUnidirectionalSequenceLstm, inputs, {lstm.y},
                 {tflite::BuiltinOptions_UnidirectionalSequenceLSTMOptions,
                  [time_major](model::TableBuilder& fbb) {
                    return tflite::CreateUnidirectionalSequenceLSTMOptions(
                               fbb, static_cast<std::int8_t>(Activation::kTanh), kCellClip, 0.0F,
                               time_major)
                        .Union();
                  }});
  return lstm.graph.finish(Opcode::kUnidirectionalSequenceLstm, type, variant);
}

OperatorModel int8_lstm(bool time_major, const char* variant) {
  Lstm lstm;
  GraphText& graph = lstm.graph;
  const Kind hidden{TensorType::kInt8, 1.0F / 128, -2};
  const Kind cell{TensorType::kInt16, 1.0F / 2048, 0};  // a power of two
  const std::int32_t batch = time_major ? 3 : 2;
  lstm.x = graph.input({2, 3, kDepth}, kInput8);
  for (std::int32_t gate = 0; gate < 4; ++gate) {
    lstm.weights.push_back(graph.constant({kUnits, kDepth}, kWeights8));
    lstm.recurrent.push_back(graph.constant({kUnits, kUnits}, kWeights8));
    lstm.biases.push_back(
        add_int32_bias(graph, reals(kUnits, gate, 0.5F), kInputScale * kWeightScale));
  }
  lstm.hidden = graph.state({batch, kUnits}, hidden);
  lstm.cell = graph.state({batch, kUnits}, cell);
  lstm.y = graph.output({2, 3, kUnits}, hidden);
  return finished(lstm, TensorType::kInt8, time_major, variant);
}

OperatorModel float_lstm(bool float_weights, const char* variant) {
  Lstm lstm;
  GraphText& graph = lstm.graph;
  lstm.x = graph.input({2, 3, kDepth}, kFloat);
  for (std::int32_t gate = 0; gate < 4; ++gate) {
    lstm.weights.push_back(add_weights(graph, {kUnits, kDepth}, float_weights, gate));
    lstm.recurrent.push_back(add_weights(graph, {kUnits, kUnits}, float_weights, gate + 4));
    lstm.biases.push_back(graph.constant({kUnits}, kFloat, bytes_of(reals(kUnits, gate, 0.5F))));
  }
  lstm.hidden = graph.state({2, kUnits}, kFloat);
  lstm.cell = graph.state({2, kUnits}, kFloat);
  lstm.y = graph.output({2, 3, kUnits}, kFloat);
  return finished(lstm, TensorType::kFloat32, false, variant);
}

}  // namespace

Models recurrent_models() {
  return {
      int8_svdf(TensorType::kInt8, ""),
      int8_svdf(TensorType::kInt16, "int16 state"),
      float_svdf(true, ""),
      float_svdf(false, "int8 weights"),
      int8_lstm(false, ""),
      int8_lstm(true, "time first"),
      float_lstm(true, ""),
      float_lstm(false, "int8 weights"),
  };
}

}  // namespace hil::conform
