// SPDX-License-Identifier: Apache-2.0
// Gathers the summary from the graph; what a compiled plan would say agrees with it.
#include "host/model/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "host/base/file.hpp"
#include "host/model/check.hpp"
#include "host/model/folding.hpp"
#include "host/model/liveness.hpp"
#include "host/model/macs.hpp"
#include "host/model/operator_names.hpp"
#include "host/model/operators/kinds.hpp"
#include "host/model/reader.hpp"

namespace hil::model {
namespace {

constexpr std::size_t kNotAnActivation = static_cast<std::size_t>(-1);
// A damaged file can give every tensor the same long shape: copies are cut.
constexpr std::size_t kMaxDimensions = 16;

/// Numbers that training found; shapes, axes and paddings are integers without a scale.
bool is_parameter(const Tensor& tensor) {
  const bool plain_integer = tensor.type == TensorType::kInt32 ||
                             tensor.type == TensorType::kInt64 || tensor.type == TensorType::kBool;
  return tensor.is_constant() && !(plain_integer && tensor.scales.empty());
}

std::uint64_t elements_of(const Tensor& tensor) {
  return static_cast<std::uint64_t>(tensor.element_count().value_or(0));
}

std::optional<std::uint64_t> bytes_of(const Tensor& tensor) {
  const auto bytes = tensor.size_bytes();
  if (!bytes) return std::nullopt;
  return static_cast<std::uint64_t>(*bytes);
}

class Summariser {
 public:
  explicit Summariser(const Graph& graph)
      : graph_(graph),
        position_(graph.tensors.size(), kNotAnActivation),
        is_constant_(graph.tensors.size()) {}

  ModelSummary take(bool can_fold) && {
    summary_.inputs = positions_of(graph_.inputs);
    for (std::size_t i = 0; i < graph_.operators.size(); ++i)
      add_layer(i, can_fold);
    summary_.outputs = positions_of(graph_.outputs);
    add_memory();
    return std::move(summary_);
  }

 private:
  void add_layer(std::size_t index, bool can_fold) {
    const OperatorView view(graph_, index);
    LayerSummary layer;
    layer.op = operator_name(view.op().code, view.op().custom_code);
    layer.inputs = positions_of(view.op().inputs);
    layer.outputs = positions_of(view.op().outputs);
    layer.activation_bytes = 0;
    for (const std::size_t output : layer.outputs) {
      const auto bytes = summary_.activations[output].size_bytes;
      layer.activation_bytes = bytes && layer.activation_bytes
                                   ? std::optional(*layer.activation_bytes + *bytes)
                                   : std::nullopt;
    }
    add_parameters(view, layer);
    judge(view, can_fold, layer);
    summary_.macs += layer.macs.value_or(0);
    summary_.macs_complete = summary_.macs_complete && layer.macs;
    summary_.layers.push_back(std::move(layer));
  }

  void add_parameters(const OperatorView& view, LayerSummary& layer) {
    std::set<const std::uint8_t*> counted;
    for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
      const Tensor* tensor = view.input(i);
      if (tensor == nullptr || !is_parameter(*tensor)) continue;
      if (!counted.insert(tensor->data.data()).second) continue;
      layer.parameters += elements_of(*tensor);
      layer.weights_bytes += tensor->data.size();
      if (!constants_.insert(tensor->data.data()).second) continue;
      summary_.parameters += elements_of(*tensor);
      summary_.weights_bytes += tensor->data.size();
    }
  }

  /// Folds the operator where that is possible, to know its work as the plan will say it and what
  /// stands in its way.
  void judge(const OperatorView& view, bool can_fold, LayerSummary& layer) {
    layer.macs = macs_by_shape(view);
    if (const auto missing = missing_kernel(view)) {
      layer.supported = false;
      refuse(*missing + ": there is no kernel for it", view.index());
    } else if (can_fold && find_kind(view.op().code)->fold != nullptr) {
      ConstantPool pool;
      const auto folded = find_kind(view.op().code)->fold(view, pool);
      layer.supported = folded.ok();
      if (folded.ok()) {
        layer.macs = folded->macs;
        note_fold(view, *folded, layer);
      } else {
        refuse(without_title(folded.error().what, view), view.index());
      }
    }
  }

  /// What the plan will have of it: a constant or an operator.
  void note_fold(const OperatorView& view, const FoldedOperator& folded, LayerSummary& layer) {
    if (folded.constant) {
      is_constant_[static_cast<std::size_t>(view.op().outputs[0])] = true;
      return;
    }
    layer.needs = needs_of(folded);
  }

  /// The first operand decides; that of a variable's handle is known by the value it gives.
  [[nodiscard]] UsedOperator needs_of(const FoldedOperator& folded) const {
    const auto opcode = static_cast<std::uint16_t>(folded.opcode);
    if (folded.inputs.empty() || folded.inputs[0] == kNoInput) return {opcode, plan::kNoOperand};
    const auto type_of = [this](std::int32_t tensor) {
      return graph_.tensors[static_cast<std::size_t>(tensor)].type;
    };
    const bool is_handle = type_of(folded.inputs[0]) == TensorType::kResource;
    return {opcode, type_set_of(type_of(is_handle ? folded.outputs[0] : folded.inputs[0]))};
  }

  /// "CONV_2D has ..." of "operator 7 (CONV_2D) has ...", so that like reasons are told once.
  static std::string without_title(const std::string& what, const OperatorView& view) {
    const std::string title = title_of(view.op(), view.index());
    if (!what.starts_with(title)) return what;
    return operator_name(view.op().code, view.op().custom_code) + what.substr(title.size());
  }

  void refuse(const std::string& what, std::size_t index) {
    const auto [known, is_new] = obstacle_.emplace(what, summary_.obstacles.size());
    if (is_new) summary_.obstacles.push_back({what, {}});
    summary_.obstacles[known->second].operators.push_back(index);
  }

  /// The activations among @p tensors, each once; new ones are added.
  std::vector<std::size_t> positions_of(std::span<const std::int32_t> tensors) {
    std::vector<std::size_t> positions;
    for (const std::int32_t index : tensors) {
      if (index == kNoInput) continue;
      if (!is_activation(graph_.tensors[static_cast<std::size_t>(index)])) continue;
      positions.push_back(position_of(index));
    }
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    return positions;
  }

  std::size_t position_of(std::int32_t index) {
    std::size_t& position = position_[static_cast<std::size_t>(index)];
    if (position != kNotAnActivation) return position;
    position = summary_.activations.size();
    const Tensor& tensor = graph_.tensors[static_cast<std::size_t>(index)];
    ActivationSummary activation;
    activation.index = index;
    activation.name = tensor.name.substr(0, kMaxNameBytes);
    activation.type = name_of(tensor.type);
    const auto shape = tensor.shape.first(std::min(tensor.shape.size(), kMaxDimensions));
    activation.shape.assign(shape.begin(), shape.end());
    activation.size_bytes = bytes_of(tensor);
    summary_.activations.push_back(std::move(activation));
    return position;
  }

  /// Whether lifetimes mean something and planning them is no endless work.
  [[nodiscard]] bool can_place() const {
    if (graph_.operators.empty() || summary_.activations.size() > 2 * kMaxOperators) return false;
    const bool sized = std::all_of(summary_.activations.begin(), summary_.activations.end(),
                                   [](const auto& activation) { return activation.size_bytes; });
    return sized && has_first_operands() && check_order(graph_).ok();
  }

  /// Liveness looks at the first operands of operators that work in place.
  [[nodiscard]] bool has_first_operands() const {
    for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
      const OperatorView view(graph_, i);
      const OperatorKind* kind = find_kind(view.op().code);
      if (kind == nullptr || kind->reuse == Reuse::kNone) continue;
      if (view.input(0) == nullptr || view.output(0) == nullptr) return false;
    }
    return true;
  }

  void add_memory() {
    if (!can_place()) return;
    const Liveness liveness = liveness_of(graph_, is_constant_);
    const ArenaPlan arena = plan_arena(liveness.buffers);
    MemorySummary memory;
    memory.arena_bytes = arena.size_bytes;
    memory.bound_bytes = liveness_bound(liveness.buffers);
    for (std::size_t i = 0; i < liveness.buffers.size(); ++i) {
      const Lifetime& lifetime = liveness.buffers[i];
      memory.buffers.push_back(
          {{}, arena.offsets[i], lifetime.size_bytes, lifetime.first, lifetime.last});
    }
    for (std::size_t i = 0; i < summary_.activations.size(); ++i) {
      const auto tensor = static_cast<std::size_t>(summary_.activations[i].index);
      const std::size_t buffer = liveness.buffer_of[tensor];
      if (buffer != kNoBuffer) memory.buffers[buffer].activations.push_back(i);
    }
    add_live_bytes(liveness.buffers, memory);
    summary_.memory = std::move(memory);
  }

  void add_live_bytes(std::span<const Lifetime> buffers, MemorySummary& memory) {
    std::vector<std::uint64_t> live(summary_.layers.size() + 1);  // changes, then sums
    for (const Lifetime& buffer : buffers) {
      live[buffer.first] += aligned(buffer.size_bytes);
      live[buffer.last + 1] -= aligned(buffer.size_bytes);  // wraps, the sum does not
    }
    for (std::size_t i = 0; i < summary_.layers.size(); ++i) {
      if (i > 0) live[i] += live[i - 1];
      summary_.layers[i].live_bytes = live[i];
      if (live[i] > live[memory.busiest]) memory.busiest = i;
    }
  }

  static constexpr std::uint64_t aligned(std::uint64_t bytes) {
    return (bytes + plan::kAlignment - 1) / plan::kAlignment * plan::kAlignment;
  }

  const Graph& graph_;
  ModelSummary summary_;
  std::vector<std::size_t> position_;            // per tensor of the graph
  std::map<std::string, std::size_t> obstacle_;  // by its words
  std::vector<bool> is_constant_;                // per tensor of the graph: folded to a constant
  std::set<const std::uint8_t*> constants_;      // counted already, by address in the file
};

/// @p error as it was made, without the file's name in front.
std::string without_path(const std::string& what, const std::filesystem::path& path) {
  const std::string prefix = path.string() + ": ";
  return what.starts_with(prefix) ? what.substr(prefix.size()) : what;
}

}  // namespace

Result<ModelSummary> summarise(std::span<const std::uint8_t> tflite,
                               const std::filesystem::path& path) {
  auto model = read_model(tflite);
  if (!model.ok()) return model.error().within(path.string());
  const Graph& graph = model->graphs.front();
  if (graph.operators.size() > kMaxOperators) {
    return Error{Blame::kModel,
                 fmt::format("{}: {} operators are too many (at most {})", path.string(),
                             graph.operators.size(), kMaxOperators),
                 "split the model"};
  }
  auto compiled = compile(tflite, path);
  if (!compiled.ok() && compiled.error().blame != Blame::kModel) return compiled.error();
  ModelSummary summary = Summariser(graph).take(check_graph(graph).ok());
  summary.path = path;
  summary.sha256 = sha256_of(tflite);
  summary.file_bytes = tflite.size();
  summary.graphs = model->graphs.size();
  if (compiled.ok()) {
    summary.compiled = std::move(compiled).value();
    plan::Header header{};
    std::memcpy(&header, summary.compiled->plan.data(), sizeof(header));  // validated: long enough
    summary.state_bytes = header.state_bytes;
  } else if (summary.obstacles.empty()) {
    summary.obstacles.push_back({without_path(compiled.error().what, path), {}});
  }
  return summary;
}

Result<ModelSummary> load_summary(const std::filesystem::path& path) {
  HIL_ASSIGN(const std::vector<std::uint8_t> bytes, read_file(path, kMaxFileBytes));
  return summarise(bytes, path);
}

}  // namespace hil::model
