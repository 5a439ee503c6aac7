// SPDX-License-Identifier: Apache-2.0
// Finding variables by name over all graphs that run.
#include "host/model/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "host/model/check.hpp"
#include "host/model/operators/kinds.hpp"

namespace hil::model {
namespace {

using Name = std::pair<std::string_view, std::string_view>;  // container, shared name

class Finder {
 public:
  explicit Finder(const Model& model) : model_(model) {
    variables_.of_tensor.resize(model.graphs.size());
  }

  Result<Variables> find() && {
    HIL_TRY(find_calls());
    HIL_TRY(find_in(0));
    for (const std::size_t graph : variables_.initial_graphs)
      HIL_TRY(find_in(graph));
    forget_unused();
    return std::move(variables_);
  }

 private:
  /// The graphs that the main graph calls, each checked.
  Status find_calls() {
    const Graph& main = model_.graphs.front();
    bool used = false;
    for (std::size_t i = 0; i < main.operators.size(); ++i) {
      const OperatorView view(main, i);
      used = used || is_access(view);
      if (view.op().code != kCallOnceKind.code) continue;
      if (used) {
        return view.refuse("calls its graph after variables have been used",
                           "move it in front of them");
      }
      if (variables_.initial_graphs.size() == kMaxInitialGraphs) {
        return view.refuse(fmt::format("is one of more than {}", kMaxInitialGraphs),
                           "let one graph set all variables");
      }
      HIL_ASSIGN(const std::size_t graph, called_by(view));
      variables_.initial_graphs.push_back(graph);
    }
    return {};
  }

  [[nodiscard]] Result<std::size_t> called_by(const OperatorView& view) const {
    const std::int32_t graph = view.options<CallOnceOptions>().graph;
    if (graph < 1 || static_cast<std::size_t>(graph) >= model_.graphs.size()) {
      return Error{Blame::kUser,
                   fmt::format("{} calls graph {} of {}, the file is damaged",
                               title_of(view.op(), view.index()), graph, model_.graphs.size()),
                   "get a fresh copy of the model"};
    }
    const auto index = static_cast<std::size_t>(graph);
    if (const Status status = check_initial_graph(model_.graphs[index]); !status.ok()) {
      return status.error().within(fmt::format("graph {}", index));
    }
    return index;
  }

  static bool is_access(const OperatorView& view) {
    return view.op().code == kReadVariableKind.code || view.op().code == kAssignVariableKind.code;
  }

  Status find_in(std::size_t index) {
    const Graph& graph = model_.graphs[index];
    std::vector<std::size_t>& of_tensor = variables_.of_tensor[index];
    if (!of_tensor.empty()) return {};  // called twice
    of_tensor.assign(graph.tensors.size(), kNoVariable);
    for (std::size_t i = 0; i < graph.operators.size(); ++i) {
      const OperatorView view(graph, i);
      if (view.op().code == kVarHandleKind.code) {
        const auto options = view.options<VarHandleOptions>();
        const auto output = static_cast<std::size_t>(view.op().outputs[0]);
        of_tensor[output] = variable_named({options.container, options.shared_name});
      } else if (is_access(view)) {
        HIL_TRY(note_access(view, of_tensor));
      }
    }
    return {};
  }

  std::size_t variable_named(const Name& name) {
    const auto [known, is_new] = index_of_.emplace(name, variables_.all.size());
    if (is_new) variables_.all.emplace_back();
    return known->second;
  }

  /// The value that an operator gives or takes decides type and size, an assigned one before those
  /// that are read.
  Status note_access(const OperatorView& view, const std::vector<std::size_t>& of_tensor) {
    const std::size_t index = of_tensor[static_cast<std::size_t>(view.input_index(0))];
    if (index == kNoVariable) return view.refuse("uses a handle that no VAR_HANDLE gives");
    Variable& variable = variables_.all[index];
    const bool assigns = view.op().code == kAssignVariableKind.code;
    const Tensor* value = assigns ? view.input(1) : view.output(0);
    if (variable.value != nullptr && (value->type != variable.value->type ||
                                      value->size_bytes() != variable.value->size_bytes())) {
      return view.refuse("uses a variable that has another size or type elsewhere");
    }
    const bool was_assigned = std::exchange(assigned_[index], assigned_[index] || assigns);
    if (variable.value == nullptr || (assigns && !was_assigned)) variable.value = value;
    return {};
  }

  /// Handles that nobody uses name no variable.
  void forget_unused() {
    for (auto& of_tensor : variables_.of_tensor) {
      for (std::size_t& variable : of_tensor) {
        if (variable != kNoVariable && variables_.all[variable].value == nullptr) {
          variable = kNoVariable;
        }
      }
    }
  }

  const Model& model_;
  Variables variables_;
  std::map<Name, std::size_t> index_of_;
  std::map<std::size_t, bool> assigned_;
};

}  // namespace

Result<Variables> find_variables(const Model& model) {
  return Finder(model).find();
}

std::uint8_t fill_of(const Tensor& tensor) {
  if (tensor.type != TensorType::kInt8 || tensor.zero_points.empty()) return 0;
  return static_cast<std::uint8_t>(tensor.zero_points[0]);
}

}  // namespace hil::model
