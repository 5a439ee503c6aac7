// SPDX-License-Identifier: Apache-2.0
// One walk over the operators in order of execution.
#include "host/model/liveness.hpp"

#include <algorithm>

#include "host/model/operators/kinds.hpp"

namespace hil::model {
namespace {

class Walk {
 public:
  explicit Walk(const Graph& graph) : graph_(graph) {
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
    return std::move(result_);
  }

 private:
  void walk(std::uint32_t step) {
    const Operator& op = graph_.operators[step];
    for (const std::int32_t input : op.inputs)
      touch(input, step);
    for (const std::int32_t output : op.outputs) {
      const std::size_t shared = buffer_to_share(op);
      if (shared == kNoBuffer) {
        start(output, step);
      } else {
        result_.buffer_of[static_cast<std::size_t>(output)] = shared;
      }
    }
  }

  [[nodiscard]] std::size_t buffer_to_share(const Operator& op) const {
    const OperatorKind* kind = find_kind(op.code);
    const bool in_place = kind != nullptr && kind->in_place && op.inputs[0] != kNoInput;
    return in_place ? result_.buffer_of[static_cast<std::size_t>(op.inputs[0])] : kNoBuffer;
  }

  void start(std::int32_t tensor, std::uint32_t step) {
    const auto index = static_cast<std::size_t>(tensor);
    if (result_.buffer_of[index] != kNoBuffer) return;  // a model input that is listed twice
    const auto size = graph_.tensors[index].size_bytes().value_or(0);
    result_.buffer_of[index] = result_.buffers.size();
    result_.buffers.push_back({static_cast<std::uint64_t>(size), step, step});
  }

  void touch(std::int32_t tensor, std::uint32_t step) {
    if (tensor == kNoInput) return;
    const std::size_t buffer = result_.buffer_of[static_cast<std::size_t>(tensor)];
    if (buffer != kNoBuffer) result_.buffers[buffer].last = step;
  }

  const Graph& graph_;
  Liveness result_;
};

}  // namespace

Liveness liveness_of(const Graph& graph) {
  return Walk(graph).take();
}

}  // namespace hil::model
