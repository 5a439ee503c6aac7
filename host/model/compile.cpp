// SPDX-License-Identifier: Apache-2.0
// load() and compile(): reader, checks, folding, writer, validator, one after the other.
#include <fmt/format.h>

#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"
#include "host/model/check.hpp"
#include "host/model/model.hpp"
#include "host/model/plan_builder.hpp"
#include "host/model/plan_writer.hpp"
#include "host/model/reader.hpp"
#include "protocol/frame/crc32.hpp"
#include "protocol/plan/validate.hpp"

namespace hil::model {
namespace {

std::optional<data::ElementType> element_type_of(TensorType type) {
  switch (type) {
    case TensorType::kInt8:
      return data::ElementType::kInt8;
    case TensorType::kUint8:
      return data::ElementType::kUint8;
    case TensorType::kInt16:
      return data::ElementType::kInt16;
    case TensorType::kInt32:
      return data::ElementType::kInt32;
    case TensorType::kFloat32:
      return data::ElementType::kFloat32;
    default:
      return std::nullopt;
  }
}

Result<std::vector<TensorSpec>> specs_of(const Graph& graph,
                                         std::span<const std::int32_t> tensors) {
  std::vector<TensorSpec> specs;
  for (const std::int32_t index : tensors) {
    const Tensor& tensor = graph.tensors[static_cast<std::size_t>(index)];
    const auto type = element_type_of(tensor.type);
    if (!type) {
      return Error{
          Blame::kModel,
          title_of(graph, index) + " is a model input or output of type " + name_of(tensor.type),
          "convert the model to int8 or float32"};
    }
    TensorSpec spec;
    spec.name = tensor.name;
    spec.type = *type;
    spec.shape.assign(tensor.shape.begin(), tensor.shape.end());
    if (tensor.scales.size() == 1) {
      spec.scale = tensor.scales[0];
      const bool given = !tensor.zero_points.empty();
      spec.zero_point = given ? static_cast<std::int32_t>(tensor.zero_points[0]) : 0;
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

/// Runs the validator that devices run, against no particular device: a refusal is our fault.
Status validate(const PlanData& data, std::span<const std::uint8_t> blob) {
  plan::Limits limits;
  limits.arena_bytes = std::uint64_t{data.arena_bytes} + data.state_bytes;
  limits.features = data.features;
  limits.operators.types.fill(std::numeric_limits<plan::TypeSet>::max());
  const plan::Validation found = plan::validate(blob, limits);
  if (found.ok()) return {};
  return Error{Blame::kBug,
               fmt::format("the plan made of it is refused: {} (operator {}, tensor {})",
                           plan::text_of(found.fault),
                           static_cast<std::int32_t>(found.operator_index), found.tensor_index),
               "please report it with the model"};
}

UsedOperator kind_of(const PlanData& data, const PlanOperator& op) {
  const auto opcode = static_cast<std::uint16_t>(op.opcode);
  const bool has_input = !op.inputs.empty() && op.inputs.front() != plan::kNoTensor;
  return {opcode,
          has_input ? plan::set_of(data.tensors[op.inputs.front()].type) : plan::kNoOperand};
}

PlanStep step_of(const Graph& graph, const PlanData& data, const PlanOperator& op) {
  PlanStep step{op.layer, kind_of(data, op), op.macs, {}};
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    const plan::TensorRecord& record = data.tensors[op.outputs[i]];
    StepOutput output;
    output.tensor = op.graph_outputs[i];
    const auto name = graph.tensors[static_cast<std::size_t>(output.tensor)].name;
    output.name = name.substr(0, kMaxNameBytes);
    output.type = record.type;
    output.shape.assign(record.dims, record.dims + record.rank);
    step.outputs.push_back(std::move(output));
  }
  return step;
}

std::vector<UsedOperator> operators_of(const std::vector<PlanStep>& steps) {
  std::set<std::pair<std::uint16_t, plan::TypeSet>> kinds;
  for (const PlanStep& step : steps)
    kinds.emplace(step.kind.opcode, step.kind.type);
  std::vector<UsedOperator> operators;
  for (const auto& [opcode, type] : kinds)
    operators.push_back({opcode, type});
  return operators;
}

Result<CompiledModel> compile_checked(std::span<const std::uint8_t> tflite, plan::Core core,
                                      InputMemory inputs) {
  HIL_ASSIGN(const Model model, read_model(tflite));
  const Graph& graph = model.graphs.front();
  HIL_TRY(check_graph(graph));
  CompiledModel compiled;
  compiled.sha256 = sha256_of(tflite);
  compiled.file_bytes = tflite.size();
  HIL_ASSIGN(compiled.inputs, specs_of(graph, graph.inputs));
  HIL_ASSIGN(compiled.outputs, specs_of(graph, graph.outputs));
  HIL_ASSIGN(Variables variables, find_variables(model));
  HIL_TRY(run_initial_graphs(model, variables));
  HIL_ASSIGN(PlanData data,
             build_plan(graph, variables.of_graph(0), core, kMaxConstantBytes, inputs));
  data.model_sha256 = compiled.sha256;
  HIL_ASSIGN(compiled.plan, write_plan(data));
  HIL_TRY(validate(data, compiled.plan));
  compiled.plan_crc32 = frame::crc32(compiled.plan);
  compiled.macs = data.work;
  compiled.arena_bytes = data.arena_bytes;
  compiled.state_bytes = data.state_bytes;
  for (const PlanOperator& op : data.operators)
    compiled.steps.push_back(step_of(graph, data, op));
  compiled.operators = operators_of(compiled.steps);
  return compiled;
}

}  // namespace

std::size_t TensorSpec::element_count() const {
  std::size_t count = 1;
  for (const std::int32_t dim : shape)
    count *= static_cast<std::size_t>(dim);
  return count;
}

std::size_t TensorSpec::size_bytes() const {
  return element_count() * data::size_of(type);
}

Result<CompiledModel> load(const std::filesystem::path& path, plan::Core core, InputMemory inputs) {
  HIL_ASSIGN(const std::vector<std::uint8_t> bytes, read_file(path, kMaxFileBytes));
  return compile(bytes, path, core, inputs);
}

Result<CompiledModel> compile(std::span<const std::uint8_t> tflite,
                              const std::filesystem::path& path, plan::Core core,
                              InputMemory inputs) {
  auto compiled = compile_checked(tflite, core, inputs);
  if (!compiled.ok()) return compiled.error().within(path.string());
  compiled->path = path;
  return compiled;
}

}  // namespace hil::model
