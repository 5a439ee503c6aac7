// SPDX-License-Identifier: Apache-2.0
// One walk over the operators in order of execution.
#include "host/model/liveness.hpp"

#include <algorithm>

#include "host/model/operators/kinds.hpp"

namespace hil::model {
namespace {

constexpr std::uint32_t kNever = 0;

/// Where the bytes of each tensor are read last, views of it included. Steps count from 1 here.
class LastReads {
 public:
  LastReads(const Graph& graph, InputMemory inputs) : last_(graph.tensors.size(), kNever) {
    const auto end = static_cast<std::uint32_t>(graph.operators.size() + 1);
    if (inputs == InputMemory::kKept) {
      for (const std::int32_t input : graph.inputs)
        note(input, end);
    }
    for (const std::int32_t output : graph.outputs)
      note(output, end);
    for (std::size_t i = graph.operators.size(); i > 0; --i) {
      const Operator& op = graph.operators[i - 1];
      for (const std::int32_t input : op.inputs)
        note(input, static_cast<std::uint32_t>(i));
      if (is_view(op)) note(op.inputs[0], of(op.outputs[0]));
    }
  }

  /// Whether @p tensor is read behind operator @p step.
  [[nodiscard]] bool is_after(std::int32_t tensor, std::uint32_t step) const {
    return of(tensor) > step + 1;
  }

  static bool is_view(const Operator& op) {
    const OperatorKind* kind = find_kind(op.code);
    return kind != nullptr && kind->reuse == Reuse::kView && op.inputs[0] != kNoInput;
  }

 private:
  [[nodiscard]] std::uint32_t of(std::int32_t tensor) const {
    return last_[static_cast<std::size_t>(tensor)];
  }
  void note(std::int32_t tensor, std::uint32_t step) {
    if (tensor == kNoInput) return;
    std::uint32_t& last = last_[static_cast<std::size_t>(tensor)];
    last = std::max(last, step);
  }

  std::vector<std::uint32_t> last_;
};

class Walk {
 public:
  Walk(const Graph& graph, const std::vector<bool>& constant, InputMemory inputs)
      : graph_(graph), constant_(constant), inputs_(inputs), last_reads_(graph, inputs) {
    result_.buffer_of.assign(graph.tensors.size(), kNoBuffer);
  }

  Liveness take() && {
    for (const std::int32_t input : graph_.inputs)
      start(input, 0);
    for (std::uint32_t step = 0; step < graph_.operators.size(); ++step)
      walk(step);
    const auto end = static_cast<std::uint32_t>(graph_.operators.size() - 1);
    for (const std::int32_t output : graph_.outputs)
      touch(output, end);
    if (inputs_ == InputMemory::kKept) {
      for (const std::int32_t input : graph_.inputs)
        touch(input, end);
    }
    return std::move(result_);
  }

 private:
  void walk(std::uint32_t step) {
    const Operator& op = graph_.operators[step];
    for (const std::int32_t input : op.inputs)
      touch(input, step);
    for (const std::int32_t output : op.outputs) {
      const std::size_t shared = buffer_to_share(op, step);
      if (shared == kNoBuffer || !takes_part(output)) {
        start(output, step);
      } else {
        share(output, shared);
      }
    }
  }

  [[nodiscard]] std::size_t buffer_to_share(const Operator& op, std::uint32_t step) const {
    if (LastReads::is_view(op)) return buffer_of(op.inputs[0]);
    const OperatorKind* kind = find_kind(op.code);
    if (kind == nullptr || kind->reuse != Reuse::kElementwise) return kNoBuffer;
    for (const std::int32_t input : op.inputs) {
      if (input != kNoInput && is_free_after(input, step) && is_same_size(input, op.outputs[0])) {
        return buffer_of(input);
      }
    }
    return kNoBuffer;
  }

  /// Whether the buffer of @p tensor holds nothing that is read behind @p step.
  [[nodiscard]] bool is_free_after(std::int32_t tensor, std::uint32_t step) const {
    const std::size_t buffer = buffer_of(tensor);
    if (buffer == kNoBuffer) return false;
    const auto& holders = holders_[buffer];
    return std::all_of(holders.begin(), holders.end(),
                       [&](std::int32_t holder) { return !last_reads_.is_after(holder, step); });
  }

  [[nodiscard]] bool is_same_size(std::int32_t a, std::int32_t b) const {
    return tensor(a).size_bytes() == tensor(b).size_bytes();
  }

  void start(std::int32_t index, std::uint32_t step) {
    if (!takes_part(index) || buffer_of(index) != kNoBuffer) return;  // or an input listed twice
    const auto size = tensor(index).size_bytes().value_or(0);
    result_.buffers.push_back({static_cast<std::uint64_t>(size), step, step});
    holders_.emplace_back();
    share(index, result_.buffers.size() - 1);
  }

  void share(std::int32_t index, std::size_t buffer) {
    result_.buffer_of[static_cast<std::size_t>(index)] = buffer;
    holders_[buffer].push_back(index);
  }

  void touch(std::int32_t index, std::uint32_t step) {
    if (index == kNoInput) return;
    const std::size_t buffer = buffer_of(index);
    if (buffer != kNoBuffer) result_.buffers[buffer].last = step;
  }

  [[nodiscard]] bool takes_part(std::int32_t index) const {
    const auto at = static_cast<std::size_t>(index);
    return is_activation(graph_.tensors[at]) && !(at < constant_.size() && constant_[at]);
  }
  [[nodiscard]] const Tensor& tensor(std::int32_t index) const {
    return graph_.tensors[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] std::size_t buffer_of(std::int32_t index) const {
    return result_.buffer_of[static_cast<std::size_t>(index)];
  }

  const Graph& graph_;
  const std::vector<bool>& constant_;
  InputMemory inputs_;
  LastReads last_reads_;
  Liveness result_;
  std::vector<std::vector<std::int32_t>> holders_;  // per buffer: the tensors that lie in it
};

}  // namespace

bool is_activation(const Tensor& tensor) {
  return !tensor.is_constant() && !tensor.is_variable && tensor.type != TensorType::kResource;
}

Liveness liveness_of(const Graph& graph, const std::vector<bool>& constant, InputMemory inputs) {
  return Walk(graph, constant, inputs).take();
}

}  // namespace hil::model
