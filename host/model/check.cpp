// SPDX-License-Identifier: Apache-2.0
// Checks of a graph in the order of their use to a person: kernels, operands, tensors, order.
#include "host/model/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "host/model/check_tensor.hpp"
#include "host/model/folding.hpp"
#include "host/model/operator_names.hpp"
#include "host/model/operators/kinds.hpp"

namespace hil::model {
namespace {

constexpr std::size_t kMaxNamed = 20;  // unsupported kinds of operators in one sentence

Error damaged(const std::string& what) {
  return Error{Blame::kUser, what + ", the file is damaged", "get a fresh copy of the model"};
}

/// "float32" of its first tensor, or "float32 with int8 weights", "int8 and int16" where the second
/// one differs.
std::string types_of(const OperatorView& view) {
  const Tensor* first = view.input(0) != nullptr ? view.input(0) : view.output(0);
  if (first == nullptr) return "no tensors";
  std::string text = name_of(first->type);
  const OperatorKind* kind = find_kind(view.op().code);
  const Tensor* second = view.input(1);
  if (kind == nullptr || kind->reuse == Reuse::kView || second == nullptr ||
      second->type == first->type) {
    return text;
  }
  return kind->has_weights ? fmt::format("{} with {} weights", text, name_of(second->type))
                           : fmt::format("{} and {}", text, name_of(second->type));
}

bool has_operands(const OperatorView& view, const OperatorKind& kind) {
  const std::size_t inputs = view.op().inputs.size();
  const std::size_t outputs = view.op().outputs.size();
  if (inputs < kind.min_inputs || inputs > kind.max_inputs) return false;
  if (outputs < kind.min_outputs || outputs > kind.max_outputs) return false;
  for (std::size_t i = 0; i < kind.min_inputs; ++i) {
    if (view.input(i) == nullptr) return false;
  }
  return true;
}

Status check_kernels(const Graph& graph) {
  std::set<std::string> seen;
  std::string sentence;
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const auto what = missing_kernel(OperatorView(graph, i));
    if (!what || seen.size() > kMaxNamed || !seen.insert(*what).second) continue;
    if (seen.size() > kMaxNamed) {
      sentence += " and more";
    } else {
      sentence += fmt::format("{}operator {} ({})", sentence.empty() ? "" : ", ", i, *what);
    }
  }
  if (seen.empty()) return {};
  return Error{
      Blame::kModel, sentence + (seen.size() == 1 ? " is" : " are") + " not supported",
      "convert the model to int8 or float32 with these operators: " + supported_operators()};
}

/// Variable tensors are where operators write their state, and nowhere else.
Status check_states(const OperatorView& view, std::uint32_t state_inputs) {
  for (std::size_t i = 0; i < view.op().inputs.size(); ++i) {
    const Tensor* tensor = view.input(i);
    if (tensor == nullptr) continue;
    const bool is_state = i < 32 && ((state_inputs >> i) & 1u) != 0;
    if (is_state == tensor->is_variable) continue;
    const std::string title = title_of(view.graph(), view.input_index(i));
    return is_state ? view.refuse("keeps its state in " + title + ", which is no variable")
                    : view.refuse("reads " + title + ", a variable of other operators");
  }
  for (const std::int32_t output : view.op().outputs) {
    if (!view.graph().tensors[static_cast<std::size_t>(output)].is_variable) continue;
    return view.refuse("writes " + title_of(view.graph(), output) + ", a variable");
  }
  return {};
}

Status check_operands(const Graph& graph) {
  if (graph.operators.size() > kMaxOperators || graph.inputs.size() > kMaxModelTensors ||
      graph.outputs.size() > kMaxModelTensors) {
    return Error{Blame::kModel,
                 fmt::format("{} operators, {} inputs and {} outputs are too many (at most {}, {} "
                             "and {})",
                             graph.operators.size(), graph.inputs.size(), graph.outputs.size(),
                             kMaxOperators, kMaxModelTensors, kMaxModelTensors),
                 "split the model"};
  }
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const OperatorView view(graph, i);
    const OperatorKind* kind = find_kind(view.op().code);
    if (kind == nullptr || !has_operands(view, *kind)) {
      return damaged(fmt::format("{} has {} inputs and {} outputs", title_of(view.op(), i),
                                 view.op().inputs.size(), view.op().outputs.size()));
    }
    HIL_TRY(check_states(view, kind->state_inputs));
  }
  return {};
}

Status check_tensors(const Graph& graph) {
  const std::vector<bool> used = tensors_in_use(graph);
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    if (auto status = check_tensor(graph.tensors[i]); !status.ok()) {
      Error error = status.error();
      error.what = title_of(graph, static_cast<std::int32_t>(i)) + " " + error.what;
      return error;
    }
  }
  return {};
}

/// Marks tensors as written, in order of execution.
class OrderCheck {
 public:
  explicit OrderCheck(const Graph& graph) : graph_(graph), written_(graph.tensors.size()) {}

  Status check() {
    for (std::size_t i = 0; i < written_.size(); ++i)
      written_[i] = graph_.tensors[i].is_variable;
    for (const std::int32_t input : graph_.inputs) {
      if (tensor(input).is_constant()) return damaged("a model input is a constant");
      if (tensor(input).is_variable) return damaged("a model input is a variable");
      written_[static_cast<std::size_t>(input)] = true;
    }
    for (std::size_t i = 0; i < graph_.operators.size(); ++i)
      HIL_TRY(check_operator(i));
    for (const std::int32_t output : graph_.outputs) {
      if (!written_[static_cast<std::size_t>(output)]) {
        return damaged(title_of(graph_, output) + " is a model output that no operator writes");
      }
    }
    return {};
  }

 private:
  Status check_operator(std::size_t index) {
    const Operator& op = graph_.operators[index];
    for (const std::int32_t input : op.inputs) {
      if (input == kNoInput || tensor(input).is_constant()) continue;
      if (!written_[static_cast<std::size_t>(input)]) {
        return damaged(title_of(op, index) + " reads " + title_of(graph_, input) +
                       ", which nothing has written");
      }
    }
    for (const std::int32_t output : op.outputs) {
      if (tensor(output).is_constant() || written_[static_cast<std::size_t>(output)]) {
        return damaged(title_of(op, index) + " writes " + title_of(graph_, output) +
                       ", which has its content already");
      }
      written_[static_cast<std::size_t>(output)] = true;
    }
    return {};
  }

  [[nodiscard]] const Tensor& tensor(std::int32_t index) const {
    return graph_.tensors[static_cast<std::size_t>(index)];
  }

  const Graph& graph_;
  std::vector<bool> written_;
};

Status check_content(const Graph& graph) {
  HIL_TRY(check_operands(graph));
  HIL_TRY(check_tensors(graph));
  return check_order(graph);
}

}  // namespace

std::vector<bool> tensors_in_use(const Graph& graph) {
  std::vector<bool> used(graph.tensors.size());
  const auto mark = [&used](std::span<const std::int32_t> indices) {
    for (const std::int32_t index : indices) {
      if (index != kNoInput) used[static_cast<std::size_t>(index)] = true;
    }
  };
  mark(graph.inputs);
  mark(graph.outputs);
  for (const Operator& op : graph.operators) {
    mark(op.inputs);
    mark(op.outputs);
  }
  return used;
}

std::optional<std::string> missing_kernel(const OperatorView& view) {
  const OperatorKind* kind = find_kind(view.op().code);
  if (kind != nullptr && (!has_operands(view, *kind) || kind->supports(view))) return std::nullopt;
  return operator_name(view.op().code, view.op().custom_code) + ", " + types_of(view);
}

Status check_order(const Graph& graph) {
  return OrderCheck(graph).check();
}

Status check_graph(const Graph& graph) {
  HIL_TRY(check_kernels(graph));
  if (graph.operators.empty()) return damaged("there is no operator in it");
  if (graph.outputs.empty()) return damaged("the model has no output");
  return check_content(graph);
}

Status check_initial_graph(const Graph& graph) {
  HIL_TRY(check_kernels(graph));
  if (!graph.inputs.empty() || !graph.outputs.empty()) {
    return damaged("a graph that is called once has inputs or outputs");
  }
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const OperatorView view(graph, i);
    if (view.op().code == kCallOnceKind.code) return view.refuse("is inside a graph called once");
  }
  return check_content(graph);
}

}  // namespace hil::model
