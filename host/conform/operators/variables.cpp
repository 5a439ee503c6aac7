// SPDX-License-Identifier: Apache-2.0
// Models of variables: the smallest graphs that have them.
#include "host/conform/operators/families.hpp"
#include "host/conform/operators/graph.hpp"

namespace hil::conform {
namespace {

const Shape kShape{3, 5};

Kind kind_of(TensorType type) {
  if (type == TensorType::kInt8) return {type, 0.05F, 6};
  if (type == TensorType::kInt16) return {type, 0.0002F, 0};
  return {type, 0, 0};
}

/// A handle of the one variable.
std::int32_t add_handle(GraphText& graph) {
  const auto handle = graph.add_tensor(tensor_of({}, {TensorType::kResource, 0, 0}));
  graph.add(Opcode::kVarHandle, {}, {handle},
            {tflite::BuiltinOptions_VarHandleOptions, model::handle_options("kept")});
  return handle;
}

void add_read(GraphText& graph, std::int32_t handle, std::int32_t y) {
  graph.add(Opcode::kReadVariable, {handle}, {y});
}

void add_assign(GraphText& graph, std::int32_t handle, std::int32_t x) {
  graph.add(Opcode::kAssignVariable, {handle, x}, {});
}

/// Reads what the inference before has assigned; the first finds the zero point.
OperatorModel read_variable(TensorType type) {
  GraphText graph;
  const auto x = graph.input(kShape, kind_of(type));
  const auto y = graph.output(kShape, kind_of(type));
  const auto handle = add_handle(graph);
  add_read(graph, handle, y);
  add_assign(graph, handle, x);
  return graph.finish(Opcode::kReadVariable, type);
}

/// Reads what has just been assigned.
OperatorModel assign_variable(TensorType type) {
  GraphText graph;
  const auto x = graph.input(kShape, kind_of(type));
  const auto y = graph.output(kShape, kind_of(type));
  const auto handle = add_handle(graph);
  add_assign(graph, handle, x);
  add_read(graph, handle, y);
  return graph.finish(Opcode::kAssignVariable, type);
}

/// Reads what a graph that runs once has assigned, and then what inferences assign.
OperatorModel call_once(TensorType type) {
  GraphText once;
  const auto content = once.constant(kShape, kind_of(type), values_of(type, count_of(kShape), 9));
  add_assign(once, add_handle(once), content);
  GraphText graph;
  graph.add(Opcode::kCallOnce, {}, {},
            {tflite::BuiltinOptions_CallOnceOptions, model::call_once_options(1)});
  const auto x = graph.input(kShape, kind_of(type));
  const auto y = graph.output(kShape, kind_of(type));
  const auto handle = add_handle(graph);
  add_read(graph, handle, y);
  add_assign(graph, handle, x);
  graph.add_graph(once);
  OperatorModel made = graph.finish(Opcode::kCallOnce, type);
  made.opcode = static_cast<std::uint32_t>(Opcode::kReadVariable);
  return made;
}

}  // namespace

Models variable_models() {
  Models models;
  for (const TensorType type :
       {TensorType::kInt8, TensorType::kInt16, TensorType::kInt32, TensorType::kFloat32}) {
    models.push_back(read_variable(type));
    models.push_back(assign_variable(type));
    models.push_back(call_once(type));
  }
  return models;
}

}  // namespace hil::conform
