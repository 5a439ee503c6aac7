// SPDX-License-Identifier: Apache-2.0
// Models of operators that move elements without computing.
#include "host/conform/operators/families.hpp"
#include "host/conform/operators/graph.hpp"

namespace hil::conform {
namespace {

constexpr TensorType kTypes[] = {TensorType::kInt8, TensorType::kInt16, TensorType::kInt32,
                                 TensorType::kFloat32};
constexpr TensorType kByteTypes[] = {TensorType::kInt8, TensorType::kInt16, TensorType::kInt32,
                                     TensorType::kFloat32, TensorType::kUint8};

Kind kind_of(TensorType type) {
  switch (type) {
    case TensorType::kInt8:
      return {type, 0.05F, 4};
    case TensorType::kInt16:
      return {type, 0.0002F, 0};
    case TensorType::kUint8:
      return {type, 0.05F, 140};
    default:
      return {type, 0, 0};
  }
}

/// One input and one output of one kind; @p operands follow the input.
OperatorModel moved(Opcode opcode, TensorType type, const Shape& from, const Shape& to,
                    const std::vector<std::vector<std::int32_t>>& operands,
                    const OptionsText& options = {}) {
  GraphText graph;
  Tensors inputs{graph.input(from, kind_of(type))};
  for (const auto& operand : operands)
    inputs.push_back(graph.integers(operand));
  const auto y = graph.output(to, kind_of(type));
  graph.add(opcode, inputs, {y}, options);
  return graph.finish(opcode, type);
}

OptionsText squeeze_options() {
  return {tflite::BuiltinOptions_SqueezeOptions, [](model::TableBuilder& fbb) {
            const auto dimensions = fbb.CreateVector(std::vector<std::int32_t>{0, 2});
            return tflite::CreateSqueezeOptions(fbb, dimensions).Union();
          }};
}

/// Fills with a value whose bytes differ from each other.
OperatorModel pad_v2(TensorType type) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto x = graph.input({2, 3, 5}, kind);
  const auto paddings = graph.constant({3, 2}, kInt32, bytes_of(std::vector{1, 0, 0, 2, 2, 1}));
  const std::size_t size = *model::size_of(type);
  const Bytes some = values_of(type, 6, 1);
  const auto value =
      graph.constant({1}, kind, Bytes(some.end() - static_cast<std::ptrdiff_t>(size), some.end()));
  const auto y = graph.output({3, 5, 8}, kind);
  graph.add(Opcode::kPadV2, {x, paddings, value}, {y});
  return graph.finish(Opcode::kPadV2, type);
}

OperatorModel pad(TensorType type) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto x = graph.input({2, 3, 5}, kind);
  const auto paddings = graph.constant({3, 2}, kInt32, bytes_of(std::vector{0, 1, 2, 0, 1, 2}));
  const auto y = graph.output({3, 5, 8}, kind);
  graph.add(Opcode::kPad, {x, paddings}, {y});
  return graph.finish(Opcode::kPad, type);
}

/// Backwards along the first dimension, one of the second, every third of the last.
OperatorModel strided_slice(TensorType type) {
  const OptionsText options{
      tflite::BuiltinOptions_StridedSliceOptions, [](model::TableBuilder& fbb) {
        return tflite::CreateStridedSliceOptions(fbb, 0, 1 << 2, 0, 0, 1 << 1).Union();
      }};
  return moved(Opcode::kStridedSlice, type, {4, 2, 12}, {2, 4}, {{3, 1, 1}, {0, 2, 9}, {-2, 1, 3}},
               options);
}

/// Two inputs with a constant between them, along the second last dimension.
OperatorModel concatenation(TensorType type) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto a = graph.input({2, 3, 3}, kind);
  const auto b = graph.constant({2, 1, 3}, kind);
  const auto c = graph.input({2, 2, 3}, kind);
  const auto y = graph.output({2, 6, 3}, kind);
  graph.add(Opcode::kConcatenation, {a, b, c}, {y},
            {tflite::BuiltinOptions_ConcatenationOptions, [](model::TableBuilder& fbb) {
               return tflite::CreateConcatenationOptions(fbb, -2).Union();
             }});
  return graph.finish(Opcode::kConcatenation, type);
}

OperatorModel pack(TensorType type) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto a = graph.input({3, 5}, kind), b = graph.input({3, 5}, kind);
  const auto y = graph.output({3, 2, 5}, kind);
  graph.add(Opcode::kPack, {a, b}, {y},
            {tflite::BuiltinOptions_PackOptions, [](model::TableBuilder& fbb) {
               return tflite::CreatePackOptions(fbb, 2, 1).Union();
             }});
  return graph.finish(Opcode::kPack, type);
}

OperatorModel unpack(TensorType type) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto x = graph.input({3, 2, 5}, kind);
  const auto a = graph.output({3, 5}, kind), b = graph.output({3, 5}, kind);
  graph.add(Opcode::kUnpack, {x}, {a, b},
            {tflite::BuiltinOptions_UnpackOptions, [](model::TableBuilder& fbb) {
               return tflite::CreateUnpackOptions(fbb, 2, 1).Union();
             }});
  return graph.finish(Opcode::kUnpack, type);
}

/// Along the middle dimension, in halves.
OperatorModel split(TensorType type) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto axis = graph.integers({1});
  const auto x = graph.input({3, 6, 3}, kind);
  const auto a = graph.output({3, 3, 3}, kind), b = graph.output({3, 3, 3}, kind);
  graph.add(Opcode::kSplit, {axis, x}, {a, b},
            {tflite::BuiltinOptions_SplitOptions,
             [](model::TableBuilder& fbb) { return tflite::CreateSplitOptions(fbb, 2).Union(); }});
  return graph.finish(Opcode::kSplit, type);
}

/// Along the middle dimension, in one and four.
OperatorModel split_v(TensorType type) {
  GraphText graph;
  const Kind kind = kind_of(type);
  const auto x = graph.input({3, 5, 3}, kind);
  const auto sizes = graph.integers({1, 4}), axis = graph.integers({-2});
  const auto a = graph.output({3, 1, 3}, kind), b = graph.output({3, 4, 3}, kind);
  graph.add(Opcode::kSplitV, {x, sizes, axis}, {a, b},
            {tflite::BuiltinOptions_SplitVOptions,
             [](model::TableBuilder& fbb) { return tflite::CreateSplitVOptions(fbb, 2).Union(); }});
  return graph.finish(Opcode::kSplitV, type);
}

}  // namespace

Models move_models() {
  Models models;
  for (const TensorType type : kByteTypes) {
    models.push_back(
        moved(Opcode::kReshape, type, {2, 3, 5}, {5, 6}, {},
              {tflite::BuiltinOptions_ReshapeOptions, model::reshape_options({5, 6})}));
    models.push_back(moved(Opcode::kSqueeze, type, {1, 3, 1, 5}, {3, 5}, {}, squeeze_options()));
    models.push_back(moved(Opcode::kExpandDims, type, {3, 5}, {3, 1, 5}, {{1}}));
  }
  for (const TensorType type : kTypes) {
    models.push_back(pad(type));
    models.push_back(pad_v2(type));
    models.push_back(moved(Opcode::kTranspose, type, {2, 3, 5}, {5, 2, 3}, {{2, 0, 1}}));
    models.push_back(strided_slice(type));
    models.push_back(concatenation(type));
    models.push_back(pack(type));
    models.push_back(unpack(type));
    models.push_back(split(type));
    models.push_back(split_v(type));
  }
  return models;
}

}  // namespace hil::conform
