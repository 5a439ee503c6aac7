// SPDX-License-Identifier: Apache-2.0
// From a checked graph to a plan's data: folds operators, places tensors, gathers constants.
#pragma once

#include <cstddef>

#include "host/base/result.hpp"
#include "host/model/graph.hpp"
#include "host/model/input_memory.hpp"
#include "host/model/plan_data.hpp"
#include "host/model/variables.hpp"

namespace hil::model {

/// Most bytes of constants in a plan: bounds what a hostile file, whose operators share weights,
/// makes of itself.
inline constexpr std::size_t kMaxConstantBytes = std::size_t{512} << 20;

/// The plan of @p graph, which has passed check_graph() (or check_initial_graph(), and is not
/// empty), for @p core. @p variables: those its handles name. Tensors that no kernel reads are left
/// out. The digest of the model stays empty.
///   kModel  a shape, option or quantisation without a kernel, or a plan beyond what devices hold
///   kBug    the planner placed two live tensors over each other
Result<PlanData> build_plan(const Graph& graph, const GraphVariables& variables, plan::Core core,
                            std::size_t most_constant_bytes = kMaxConstantBytes,
                            InputMemory inputs = InputMemory::kReused);

}  // namespace hil::model
