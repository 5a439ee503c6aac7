// SPDX-License-Identifier: Apache-2.0
// Folds operator by operator; each tensor enters the plan at its first use.
#include "host/model/plan_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "host/model/folding.hpp"
#include "host/model/liveness.hpp"
#include "host/model/operators/kinds.hpp"
#include "target/engine/plan_engine.hpp"

namespace hil::model {
namespace {

constexpr std::uint64_t kMaxArenaBytes = std::numeric_limits<std::int32_t>::max();
// Bounds what a hostile file, whose operators share weights, makes of itself.
constexpr std::size_t kMaxConstantBytes = std::size_t{512} << 20;
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
    case TensorType::kFloat32:
      return PlanType{plan::ElementType::kFloat32, plan::kFeatureFloat32};
    default:
      return std::nullopt;
  }
}

class Builder {
 public:
  Builder(const Graph& graph, plan::Core core)
      : graph_(graph), plan_tensor_(graph.tensors.size(), plan::kNoTensor) {
    plan_.core = core;
  }

  Result<PlanData> build() && {
    HIL_TRY(place_activations());
    HIL_TRY(add_all(graph_.inputs, plan_.inputs));
    for (std::size_t i = 0; i < graph_.operators.size(); ++i)
      HIL_TRY(add_operator(i));
    HIL_TRY(add_all(graph_.outputs, plan_.outputs));
    plan_.constants = pool_.bytes();
    return std::move(plan_);
  }

 private:
  Status place_activations() {
    liveness_ = liveness_of(graph_);
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
    const OperatorView view(graph_, index);
    HIL_ASSIGN(FoldedOperator folded, find_kind(view.op().code)->fold(view, pool_));
    PlanOperator op;
    op.opcode = folded.opcode;
    op.params = std::move(folded.params);
    HIL_TRY(add_all(folded.inputs, op.inputs));
    HIL_TRY(add_all(folded.outputs, op.outputs));
    plan_.operators.push_back(std::move(op));
    if (plan_.work > std::numeric_limits<std::uint64_t>::max() - folded.macs) {
      return view.refuse("makes the model's work overflow 64 bits");
    }
    plan_.work += folded.macs;
    if (pool_.bytes().size() > kMaxConstantBytes) {
      return view.refuse(fmt::format("makes the constants exceed {} bytes", kMaxConstantBytes));
    }
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
    const auto type = plan_type_of(tensor.type);
    if (!type || (type->feature & ~built_in_) != 0) {
      return Error{Blame::kModel,
                   title_of(graph_, index) + " is of type " + name_of(tensor.type) +
                       ", which the engine does not run",
                   "convert the model to int8 or float32"};
    }
    if (plan_.tensors.size() >= plan::kNoTensor) {
      return Error{Blame::kModel, "the model has too many tensors for a plan", {}};
    }
    plan_.features |= type->feature;
    plan_tensor_[at] = static_cast<std::uint16_t>(plan_.tensors.size());
    plan_.tensors.push_back(record_of(tensor, type->type, liveness_.buffer_of[at]));
    return plan_tensor_[at];
  }

  plan::TensorRecord record_of(const Tensor& tensor, plan::ElementType type, std::size_t buffer) {
    plan::TensorRecord record{};
    record.type = type;
    record.rank = static_cast<std::uint8_t>(tensor.shape.size());
    std::fill(std::begin(record.dims), std::end(record.dims), 1);
    std::copy(tensor.shape.begin(), tensor.shape.end(), std::begin(record.dims));
    if (tensor.is_constant()) {
      record.memory = plan::Memory::kConstant;
      record.offset = constant_offset(tensor.data);
    } else {
      record.memory = plan::Memory::kArena;
      record.offset = static_cast<std::uint32_t>(arena_.offsets[buffer]);
    }
    if (tensor.scales.size() == 1 && type != plan::ElementType::kFloat32) {
      record.scale = tensor.scales[0];
    }
    const bool has_zero_point =
        type == plan::ElementType::kInt8 || type == plan::ElementType::kInt16;
    if (tensor.scales.size() == 1 && has_zero_point && !tensor.zero_points.empty()) {
      record.zero_point = static_cast<std::int32_t>(tensor.zero_points[0]);
    }
    return record;
  }

  /// Tensors that share a buffer of the file share its copy in the plan.
  std::uint32_t constant_offset(std::span<const std::uint8_t> data) {
    const auto known = constants_.find(data.data());
    if (known != constants_.end()) return known->second;
    const std::size_t alignment = data.size() < kShortConstant ? 4 : plan::kAlignment;
    return constants_[data.data()] = pool_.add(data, alignment);
  }

  const Graph& graph_;
  const std::uint32_t built_in_ = engine::PlanEngine::info().features;  ///< plan::Feature bits
  PlanData plan_;
  Liveness liveness_;
  ArenaPlan arena_;
  ConstantPool pool_;
  std::vector<std::uint16_t> plan_tensor_;                  // per graph tensor
  std::map<const std::uint8_t*, std::uint32_t> constants_;  // buffer's address in the file: offset
};

}  // namespace

Result<PlanData> build_plan(const Graph& graph, plan::Core core) {
  return Builder(graph, core).build();
}

}  // namespace hil::model
