// SPDX-License-Identifier: Apache-2.0
// Decides whether a graph can be compiled, and says why not in one sentence.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"
#include "host/model/graph.hpp"

namespace hil::model {

inline constexpr std::size_t kMaxOperators = 4096;    ///< bounds the planner's work
inline constexpr std::size_t kMaxModelTensors = 256;  ///< of inputs, and of outputs
/// A damaged file can give every tensor the same long name: copies are cut.
inline constexpr std::size_t kMaxNameBytes = 200;

/// Checks everything that folding and planning rely on. First of all, operators and element types
/// without a kernel: all distinct ones are named, each with the index where it occurs first.
/// Then the number of operands, each tensor in use (shape, quantisation, constants), and that every
/// tensor is written once before it is read.
///   kModel  not supported: operators, types, shapes, variables, sparse or external tensors
///   kUser   the file contradicts itself (sizes of constants, order of operators): damaged
Status check_graph(const Graph& graph);

/// The same for a graph that the main one calls once: it has neither inputs nor outputs, may be
/// empty, and calls no other graph.
Status check_initial_graph(const Graph& graph);

/// Why operator @p view has no kernel: "CONV_2D, float32 with int8 weights"; nothing if it has one,
/// or not as many operands as its kind needs.
std::optional<std::string> missing_kernel(const OperatorView& view);

/// Every tensor is written once before it is read, and constants never.
///   kUser  not so: the file is damaged
Status check_order(const Graph& graph);

/// Which tensors are operands, or inputs or outputs of the model; one flag per tensor. Operands
/// behind those an operator's kind takes into account are included.
std::vector<bool> tensors_in_use(const Graph& graph);

}  // namespace hil::model
