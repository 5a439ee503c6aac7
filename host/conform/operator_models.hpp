// SPDX-License-Identifier: Apache-2.0
// One small model for every operator and element type that the engine has, with inputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/plan/type_set.hpp"

namespace hil::conform {

/// A model of one operator, and what to send it.
struct OperatorModel {
  std::string name;          ///< "CONV_2D int8", "CONV_2D float32, int8 weights"; no two alike
  std::uint32_t opcode = 0;  ///< plan::Opcode under test; CALL_ONCE, which no plan has: what reads
  plan::TypeSet type = 0;    ///< of its first input in the plan, alone
  std::vector<std::uint8_t> tflite;               ///< the whole file
  std::vector<std::vector<std::uint8_t>> inputs;  ///< one per model input, ready to send
};

/// All of them, in the order of the opcodes' families. Every operator is there for each type of the
/// engine's kernel table, most in several variants: other weights, other shapes, broadcast, other
/// output types. Each takes at most 2 KB of arena and state, and less than 3 KB of plan; those of
/// the operators of target/engine/operators/small.list less than 1.5 KB of either. Shapes, scales
/// and inputs are chosen to reach the edges of kernels: odd sizes, channels that are no multiple of
/// 4, zero points, padding, clamped and saturated results, and the whole range of the type.
///
/// Models with state (SVDF, UNIDIRECTIONAL_SEQUENCE_LSTM, READ_VARIABLE, CALL_ONCE) answer the
/// second inference on the same inputs differently: run each model at least twice, after a reset of
/// the state, and compare with model::ReferenceRunner inference by inference.
std::vector<OperatorModel> operator_models();

}  // namespace hil::conform
