// SPDX-License-Identifier: Apache-2.0
// Running what a model runs once, so that devices start from its results.
#include <fmt/format.h>

#include <algorithm>

#include "host/model/aligned_memory.hpp"
#include "host/model/plan_builder.hpp"
#include "host/model/plan_writer.hpp"
#include "host/model/variables.hpp"
#include "target/engine/plan_engine.hpp"

namespace hil::model {
namespace {

Error too_much(const std::string& what) {
  return Error{Blame::kModel, what, "let the model start from constants"};
}

/// Runs @p blob, the plan of @p data, and returns its state memory.
Result<std::vector<std::uint8_t>> run_once(const PlanData& data,
                                           const std::vector<std::uint8_t>& blob) {
  AlignedMemory plan(blob.size());
  AlignedMemory arena(std::size_t{data.arena_bytes} + data.state_bytes);
  std::copy(blob.begin(), blob.end(), plan.bytes().begin());
  engine::PlanEngine engine;
  const StatusCode loaded = engine.load({plan.bytes(), arena.bytes()}, kMaxInitialSteps);
  if (loaded == StatusCode::kTooLarge) {
    return too_much(fmt::format("takes more than {} steps", kMaxInitialSteps));
  }
  if (loaded != StatusCode::kOk || engine.invoke({}) != StatusCode::kOk) {
    return Error{Blame::kBug,
                 std::string("the reference engine refuses it: ") + engine.refusal().text,
                 "please report it with the model"};
  }
  const auto state = arena.bytes().subspan(data.arena_bytes);
  return std::vector<std::uint8_t>(state.begin(), state.end());
}

Status run_graph(const Graph& graph, const GraphVariables& in, Variables& variables) {
  HIL_ASSIGN(const PlanData data, build_plan(graph, in, plan::Core::kReference));
  if (std::uint64_t{data.arena_bytes} + data.state_bytes > kMaxInitialBytes) {
    return too_much(fmt::format("needs more than {} bytes", kMaxInitialBytes));
  }
  HIL_ASSIGN(const auto blob, write_plan(data));
  HIL_ASSIGN(const auto state, run_once(data, blob));
  for (const auto& [variable, tensor] : data.variables) {
    const plan::TensorRecord& record = data.tensors[tensor];
    const auto bytes = static_cast<std::ptrdiff_t>(plan::tensor_bytes(record));
    const auto first = state.begin() + static_cast<std::ptrdiff_t>(record.offset);
    variables.all[variable].content.assign(first, first + bytes);
  }
  return {};
}

}  // namespace

Status run_initial_graphs(const Model& model, Variables& variables) {
  for (const std::size_t index : variables.initial_graphs) {
    const Graph& graph = model.graphs[index];
    if (graph.operators.empty()) continue;
    const Status status = run_graph(graph, variables.of_graph(index), variables);
    if (!status.ok()) return status.error().within(fmt::format("graph {}, called once", index));
  }
  return {};
}

}  // namespace hil::model
