// SPDX-License-Identifier: Apache-2.0
// When each activation of a graph must keep its bytes, and which ones share memory.
#pragma once

#include <cstdint>
#include <vector>

#include "host/model/graph.hpp"
#include "host/model/input_memory.hpp"
#include "host/model/planner.hpp"

namespace hil::model {

inline constexpr std::size_t kNoBuffer = static_cast<std::size_t>(-1);

/// The activations of a graph as buffers for the planner. Step i is operator i.
struct Liveness {
  std::vector<Lifetime> buffers;
  std::vector<std::size_t> buffer_of;  ///< per tensor: its buffer; kNoBuffer: not an activation
};

/// Whether @p tensor takes part: no constant, no state, no handle of a variable.
bool is_activation(const Tensor& tensor);

/// Model inputs live from step 0 (they are written before), model outputs to the last step; others
/// from the operator that writes them to the last one that reads them. The output of an operator
/// that may work in place shares the buffer of its input, where that is an activation: that of
/// Reuse::kView always, that of Reuse::kElementwise if nobody reads the buffer later.
/// With InputMemory::kKept model inputs live to the last step and share their buffers with views
/// alone. @p graph has passed check_graph(). Tensors with a flag in @p constant (one per tensor, or
/// none) are no activations.
Liveness liveness_of(const Graph& graph, const std::vector<bool>& constant = {},
                     InputMemory inputs = InputMemory::kReused);

}  // namespace hil::model
