// SPDX-License-Identifier: Apache-2.0
// Variables of a model: which there are, which tensors are handles of which, how they start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/graph.hpp"

namespace hil::model {

inline constexpr std::size_t kNoVariable = static_cast<std::size_t>(-1);
inline constexpr std::size_t kMaxInitialGraphs = 16;  ///< CALL_ONCE operators of one model

/// A value that is kept between inferences under a name.
struct Variable {
  const Tensor* value = nullptr;      ///< assigned to it first, or read from it: type and shape
  std::vector<std::uint8_t> content;  ///< at the start; empty: filled as its type says
};

/// All variables as one graph sees them.
struct GraphVariables {
  std::span<const Variable> all;
  std::span<const std::size_t> of_tensor;  ///< per tensor: index into all; kNoVariable: no handle
};

/// The variables of the graphs of a model that run: the main one and those that it calls once.
struct Variables {
  std::vector<std::size_t> initial_graphs;  ///< indices into Model::graphs, in order of their calls
  std::vector<Variable> all;
  std::vector<std::vector<std::size_t>> of_tensor;  ///< per graph; empty for those that do not run

  [[nodiscard]] GraphVariables of_graph(std::size_t graph) const { return {all, of_tensor[graph]}; }
};

/// Finds them. The graphs that run must have passed check_graph() or check_initial_graph(): this
/// calls the latter on those that the main graph calls.
///   kUser   a handle or a call that names nothing: the file is damaged
///   kModel  values of differing sizes or types under one name, a variable that is used before an
///           initial graph is called, a graph that calls another one, and what the checks refuse
Result<Variables> find_variables(const Model& model);

/// Runs the initial graphs on the host, once and for all: what they assign becomes the content of
/// @p variables. Nothing else of them reaches the device.
///   kModel  a graph that takes more than kMaxInitialSteps steps or kMaxInitialBytes of memory, and
///           what build_plan() refuses
inline constexpr std::uint64_t kMaxInitialSteps = std::uint64_t{1} << 26;
inline constexpr std::uint64_t kMaxInitialBytes = std::uint64_t{64} << 20;
Status run_initial_graphs(const Model& model, Variables& variables);

/// The byte that a value of this type and quantisation is filled with: the zero point for int8,
/// else 0. Source: MicroInterpreter of TensorFlow Lite Micro, variable tensors and resources.
std::uint8_t fill_of(const Tensor& tensor);

}  // namespace hil::model
