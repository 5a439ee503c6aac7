// SPDX-License-Identifier: Apache-2.0
// Folds operators, places activations, then adds operators; a tensor enters at its first use.
#include "host/model/plan_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "host/model/folding.hpp"
#include "host/model/liveness.hpp"
#include "host/model/operators/kinds.hpp"
#include "target/engine/plan_engine.hpp"

namespace hil::model {
namespace {

constexpr std::uint64_t kMaxArenaBytes = std::numeric_limits<std::int32_t>::max();
// Short constants (biases) need only the alignment of their elements.
constexpr std::size_t kShortConstant = 64;

struct PlanType {
  plan::ElementType type;
  std::uint32_t feature;  ///< plan::Feature bit; int32 is part of every engine
};

std::optional<PlanType> plan_type_of(TensorType type) {
  switch (type) {
    case TensorType::kInt8:
      return PlanType{plan::ElementType::kInt8, plan::kFeatureInt8};
    case TensorType::kInt16:
      return PlanType{plan::ElementType::kInt16, plan::kFeatureInt16};
    case TensorType::kInt32:
      return PlanType{plan::ElementType::kInt32, 0};
    case TensorType::kInt64:
      return PlanType{plan::ElementType::kInt64, 0};
    case TensorType::kUint8:
      return PlanType{plan::ElementType::kUint8, 0};
    case TensorType::kFloat32:
      return PlanType{plan::ElementType::kFloat32, plan::kFeatureFloat32};
    default:
      return std::nullopt;
  }
}

plan::TensorRecord make_record(const Tensor& tensor, plan::ElementType type) {
  plan::TensorRecord record{};
  record.type = type;
  record.rank = static_cast<std::uint8_t>(tensor.shape.size());
  std::fill(std::begin(record.dims), std::end(record.dims), 1);
  std::copy(tensor.shape.begin(), tensor.shape.end(), std::begin(record.dims));
  if (tensor.scales.size() == 1 && type != plan::ElementType::kFloat32) {
    record.scale = tensor.scales[0];
  }
  const bool has_zero_point = type == plan::ElementType::kInt8 ||
                              type == plan::ElementType::kInt16 ||
                              type == plan::ElementType::kUint8;
  if (tensor.scales.size() == 1 && has_zero_point && !tensor.zero_points.empty()) {
    record.zero_point = static_cast<std::int32_t>(tensor.zero_points[0]);
  }
  return record;
}

class Builder {
 public:
  Builder(const Graph& graph, const GraphVariables& variables, plan::Core core,
          std::size_t most_constant_bytes, InputMemory inputs)
      : graph_(graph),
        variables_(variables),
        most_constant_bytes_(most_constant_bytes),
        inputs_(inputs),
        folded_(graph.operators.size()),
        is_constant_(graph.tensors.size()),
        plan_tensor_(graph.tensors.size(), plan::kNoTensor),
        variable_tensor_(variables.all.size(), plan::kNoTensor) {
    plan_.core = core;
  }

  Result<PlanData> build() && {
    for (std::size_t i = 0; i < graph_.operators.size(); ++i)
      HIL_TRY(fold_operator(i));
    HIL_TRY(place_activations());
    HIL_TRY(add_all(graph_.inputs, plan_.inputs));
    for (std::size_t i = 0; i < graph_.operators.size(); ++i)
      HIL_TRY(add_operator(i));
    HIL_TRY(add_all(graph_.outputs, plan_.outputs));
    HIL_TRY(check_sizes());
    plan_.constants = pool_.bytes();
    return std::move(plan_);
  }

 private:
  Status fold_operator(std::size_t index) {
    const OperatorView view(graph_, index);
    const OperatorKind* kind = find_kind(view.op().code);
    if (kind->fold == nullptr) return {};
    HIL_ASSIGN(folded_[index], kind->fold(view, pool_));
    const FoldedOperator& folded = *folded_[index];
    if (folded.constant) {
      is_constant_[static_cast<std::size_t>(view.op().outputs[0])] = true;
      folded_bytes_ += folded.constant->size();
    }
    if (plan_.work > std::numeric_limits<std::uint64_t>::max() - folded.macs) {
      return view.refuse("makes the model's work overflow 64 bits", "make the model smaller");
    }
    plan_.work += folded.macs;
    return check_constants(view);
  }

  [[nodiscard]] Status check_constants(const OperatorView& view) const {
    if (pool_.bytes().size() + folded_bytes_ <= most_constant_bytes_) return {};
    return view.refuse(fmt::format("makes the constants exceed {} bytes", most_constant_bytes_),
                       "make the model smaller");
  }

  Status place_activations() {
    liveness_ = liveness_of(graph_, is_constant_, inputs_);
    arena_ = plan_arena(liveness_.buffers);
    if (const auto overlap = find_overlap(liveness_.buffers, arena_)) {
      return Error{
          Blame::kBug,
          fmt::format("buffers {} and {} overlap in the arena", overlap->first, overlap->second),
          "please report it with the model"};
    }
    if (arena_.size_bytes > kMaxArenaBytes) {
      return Error{Blame::kModel, fmt::format("the arena needs {} bytes", arena_.size_bytes),
                   "make the model's activations smaller"};
    }
    plan_.arena_bytes = static_cast<std::uint32_t>(arena_.size_bytes);
    return {};
  }

  Status add_operator(std::size_t index) {
    if (!folded_[index]) return {};
    FoldedOperator& folded = *folded_[index];
    const OperatorView view(graph_, index);
    if (folded.constant) {
      folded_bytes_ -= folded.constant->size();
      HIL_TRY(add_folded_constant(view.op().outputs[0], *std::exchange(folded.constant, {})));
      return check_constants(view);
    }
    PlanOperator op;
    op.opcode = folded.opcode;
    op.layer = static_cast<std::uint32_t>(index);
    op.macs = folded.macs;
    op.graph_outputs = folded.outputs;
    op.params = std::move(folded.params);
    HIL_TRY(add_all(folded.inputs, op.inputs));
    HIL_TRY(add_all(folded.outputs, op.outputs));
    plan_.operators.push_back(std::move(op));
    return check_constants(view);
  }

  Status add_folded_constant(std::int32_t output, std::span<const std::uint8_t> bytes) {
    const Tensor& tensor = graph_.tensors[static_cast<std::size_t>(output)];
    HIL_ASSIGN(const PlanType type, type_of(output));
    plan::TensorRecord record = make_record(tensor, type.type);
    record.memory = plan::Memory::kConstant;
    record.offset = pool_.add(bytes, plan::kAlignment);
    HIL_ASSIGN(plan_tensor_[static_cast<std::size_t>(output)], append(record));
    return {};
  }

  Status add_all(std::span<const std::int32_t> from, std::vector<std::uint16_t>& to) {
    for (const std::int32_t tensor : from) {
      HIL_ASSIGN(const std::uint16_t index, add_tensor(tensor));
      to.push_back(index);
    }
    return {};
  }

  /// The plan's index of graph tensor @p index, which it adds at first use.
  Result<std::uint16_t> add_tensor(std::int32_t index) {
    if (index == kNoInput) return std::uint16_t{plan::kNoTensor};
    const auto at = static_cast<std::size_t>(index);
    if (plan_tensor_[at] != plan::kNoTensor) return plan_tensor_[at];
    const Tensor& tensor = graph_.tensors[at];
    if (tensor.type == TensorType::kResource) {
      HIL_ASSIGN(plan_tensor_[at], add_variable(variables_.of_tensor[at], index));
    } else if (tensor.is_variable) {
      HIL_ASSIGN(plan_tensor_[at], add_state(tensor, index, {}));
    } else {
      HIL_ASSIGN(const PlanType type, type_of(index));
      HIL_ASSIGN(plan_tensor_[at], append(place(tensor, type.type, liveness_.buffer_of[at])));
    }
    return plan_tensor_[at];
  }

  Result<PlanType> type_of(std::int32_t index) {
    return type_of(graph_.tensors[static_cast<std::size_t>(index)], index);
  }

  Result<PlanType> type_of(const Tensor& tensor, std::int32_t index) {
    const auto type = plan_type_of(tensor.type);
    if (!type || (type->feature & ~built_in_) != 0) {
      return Error{Blame::kModel,
                   title_of(graph_, index) + " is of type " + name_of(tensor.type) +
                       ", which the engine does not run",
                   "convert the model to int8 or float32"};
    }
    plan_.features |= type->feature;
    return *type;
  }

  Result<std::uint16_t> append(const plan::TensorRecord& record) {
    if (plan_.tensors.size() >= plan::kNoTensor) {
      return Error{Blame::kModel, "the model has too many tensors for a plan", "split the model"};
    }
    plan_.tensors.push_back(record);
    return static_cast<std::uint16_t>(plan_.tensors.size() - 1);
  }

  plan::TensorRecord place(const Tensor& tensor, plan::ElementType type, std::size_t buffer) {
    plan::TensorRecord record = make_record(tensor, type);
    if (tensor.is_constant()) {
      record.memory = plan::Memory::kConstant;
      record.offset = constant_offset(tensor.data);
    } else {
      record.memory = plan::Memory::kArena;
      record.offset = static_cast<std::uint32_t>(arena_.offsets[buffer]);
    }
    return record;
  }

  /// All handles of one variable, in any graph, are one tensor.
  Result<std::uint16_t> add_variable(std::size_t variable, std::int32_t handle) {
    if (variable_tensor_[variable] != plan::kNoTensor) return variable_tensor_[variable];
    const Variable& from = variables_.all[variable];
    HIL_ASSIGN(const std::uint16_t tensor, add_state(*from.value, handle, from.content));
    plan_.variables.emplace_back(variable, tensor);
    variable_tensor_[variable] = tensor;
    return tensor;
  }

  /// A tensor that keeps its bytes; starts with @p content, or filled if that is empty.
  Result<std::uint16_t> add_state(const Tensor& tensor, std::int32_t index,
                                  std::span<const std::uint8_t> content) {
    HIL_ASSIGN(const PlanType type, type_of(tensor, index));
    plan::TensorRecord record = make_record(tensor, type.type);
    record.memory = plan::Memory::kState;
    record.offset = static_cast<std::uint32_t>(state_bytes_);
    state_bytes_ +=
        (plan::tensor_bytes(record) + plan::kAlignment - 1) / plan::kAlignment * plan::kAlignment;
    if (state_bytes_ > kMaxArenaBytes) {
      return Error{Blame::kModel, fmt::format("the state needs {} bytes", state_bytes_),
                   "make what the model keeps smaller"};
    }
    plan_.features |= plan::kFeatureState;
    plan_.state_bytes = static_cast<std::uint32_t>(state_bytes_);
    HIL_ASSIGN(const std::uint16_t added, append(record));
    plan::StateRecord state{added, fill_of(tensor), 0, 0};
    if (!content.empty()) {
      state.content = 1;
      state.content_offset = pool_.add(content, 4);
    }
    plan_.states.push_back(state);
    return added;
  }

  [[nodiscard]] Status check_sizes() const {
    const std::uint64_t bytes = arena_.size_bytes + state_bytes_;
    if (bytes <= kMaxArenaBytes) return {};
    return Error{Blame::kModel, fmt::format("arena and state need {} bytes", bytes),
                 "make the model's activations smaller"};
  }

  /// Tensors that share a buffer of the file share its copy in the plan.
  std::uint32_t constant_offset(std::span<const std::uint8_t> data) {
    const auto known = constants_.find(data.data());
    if (known != constants_.end()) return known->second;
    const std::size_t alignment = data.size() < kShortConstant ? 4 : plan::kAlignment;
    return constants_[data.data()] = pool_.add(data, alignment);
  }

  const Graph& graph_;
  const GraphVariables& variables_;
  const std::size_t most_constant_bytes_;
  const InputMemory inputs_;
  const std::uint32_t built_in_ = engine::PlanEngine::info().features;  ///< plan::Feature bits
  PlanData plan_;
  std::vector<std::optional<FoldedOperator>> folded_;  // per operator; nothing: not in the plan
  std::vector<bool> is_constant_;                      // per graph tensor: folded to a constant
  Liveness liveness_;
  ArenaPlan arena_;
  std::size_t folded_bytes_ = 0;   // of constants not in the pool yet
  std::uint64_t state_bytes_ = 0;  // given to state tensors so far
  ConstantPool pool_;
  std::vector<std::uint16_t> plan_tensor_;                  // per graph tensor
  std::vector<std::uint16_t> variable_tensor_;              // per variable
  std::map<const std::uint8_t*, std::uint32_t> constants_;  // buffer's address in the file: offset
};

}  // namespace

Result<PlanData> build_plan(const Graph& graph, const GraphVariables& variables, plan::Core core,
                            std::size_t most_constant_bytes, InputMemory inputs) {
  return Builder(graph, variables, core, most_constant_bytes, inputs).build();
}

}  // namespace hil::model
