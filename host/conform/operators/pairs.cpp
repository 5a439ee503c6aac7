// SPDX-License-Identifier: Apache-2.0
// Models of operators on pairs of values: ADD, SUB, MUL, MAXIMUM and MINIMUM.
#include "host/conform/operators/families.hpp"
#include "host/conform/operators/graph.hpp"

namespace hil::conform {
namespace {

/// The quantisation of both inputs and of the output; all differ where the operator computes.
struct PairKinds {
  Kind a, b, out;
};

/// ADD and SUB reach 8, MUL reaches 32: some results saturate.
PairKinds kinds_of(TensorType type, Opcode opcode) {
  const float reach = opcode == Opcode::kMul ? 16 : 8;
  if (type == TensorType::kInt8) {
    return {{type, 0.032F, -5}, {type, 0.05F, 11}, {type, reach / 128, -4}};
  }
  if (type == TensorType::kInt16) {
    return {{type, 0.00012F, 0}, {type, 0.0002F, 0}, {type, reach / 32768, 0}};
  }
  return {kFloat, kFloat, kFloat};
}

template <class Table>
OptionsText options_with(Activation activation, std::uint8_t type) {
  return {type, [activation](model::TableBuilder& fbb) {
            typename Table::Builder table(fbb);
            table.add_fused_activation_function(static_cast<std::int8_t>(activation));
            return table.Finish().Union();
          }};
}

OptionsText options_of(Opcode opcode, Activation activation) {
  switch (opcode) {
    case Opcode::kAdd:
      return options_with<tflite::AddOptions>(activation, tflite::BuiltinOptions_AddOptions);
    case Opcode::kSub:
      return options_with<tflite::SubOptions>(activation, tflite::BuiltinOptions_SubOptions);
    case Opcode::kMul:
      return options_with<tflite::MulOptions>(activation, tflite::BuiltinOptions_MulOptions);
    default:
      return {};
  }
}

OperatorModel alike(Opcode opcode, TensorType type, const PairKinds& kinds) {
  GraphText graph;
  const Shape shape{1, 3, 5, 3};
  const auto a = graph.input(shape, kinds.a), b = graph.input(shape, kinds.b);
  const auto y = graph.output(shape, kinds.out);
  graph.add(opcode, {a, b}, {y}, options_of(opcode, Activation::kNone));
  return graph.finish(opcode, type);
}

/// 3x1x4 with a constant 5x1 to 3x5x4, clamped where the operator can.
OperatorModel broadcast(Opcode opcode, TensorType type, const PairKinds& kinds) {
  GraphText graph;
  const auto a = graph.input({3, 1, 4}, kinds.a), b = graph.constant({5, 1}, kinds.b);
  const auto y = graph.output({3, 5, 4}, kinds.out);
  graph.add(opcode, {a, b}, {y}, options_of(opcode, Activation::kRelu6));
  return graph.finish(opcode, type, "broadcast");
}

/// One kind for all: a maximum looks at no scale.
PairKinds one_kind(TensorType type) {
  Kind kind{type, 0, 0};
  if (type == TensorType::kInt8) kind = {type, 0.05F, -5};
  if (type == TensorType::kInt16) kind = {type, 0.0002F, 0};
  return {kind, kind, kind};
}

}  // namespace

Models pair_models() {
  Models models;
  for (const Opcode opcode : {Opcode::kAdd, Opcode::kSub, Opcode::kMul}) {
    for (const TensorType type : {TensorType::kInt8, TensorType::kInt16, TensorType::kFloat32}) {
      models.push_back(alike(opcode, type, kinds_of(type, opcode)));
      models.push_back(broadcast(opcode, type, kinds_of(type, opcode)));
    }
  }
  for (const Opcode opcode : {Opcode::kMaximum, Opcode::kMinimum}) {
    for (const TensorType type :
         {TensorType::kInt8, TensorType::kInt16, TensorType::kInt32, TensorType::kFloat32}) {
      models.push_back(alike(opcode, type, one_kind(type)));
      models.push_back(broadcast(opcode, type, one_kind(type)));
    }
  }
  return models;
}

}  // namespace hil::conform
