// SPDX-License-Identifier: Apache-2.0
// The operators this version knows, each with its arity and its check: one line per operator.
#pragma once

#include "protocol/plan/checks/add.hpp"
#include "protocol/plan/checks/average_pool.hpp"
#include "protocol/plan/checks/conv.hpp"
#include "protocol/plan/checks/fully_connected.hpp"
#include "protocol/plan/checks/reshape.hpp"
#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/softmax.hpp"

namespace hil::plan::checks {

struct OperatorRule {
  Opcode opcode;
  std::uint8_t min_inputs, max_inputs;
  std::uint8_t outputs;
  std::uint8_t optional_inputs;  ///< bit n: input n may be kNoTensor
  bool in_place;                 ///< the output may lie exactly where an input of its size lies
  std::uint16_t params_bytes;
  Finding (*check)(const OperatorScope&);
  /// Checks of tables in the constants, once the work is known to be bounded; may be nullptr.
  Fault (*check_entries)(const OperatorScope&);
};

inline constexpr OperatorRule kOperatorRules[] = {
    {Opcode::kAdd, 2, 2, 1, 0, true, sizeof(AddParams), check_add, nullptr},
    {Opcode::kAveragePool2d, 1, 1, 1, 0, false, sizeof(PoolParams), check_average_pool_2d, nullptr},
    {Opcode::kConv2d, 3, 3, 1, 4, false, sizeof(ConvParams), check_conv_2d, check_conv_entries},
    {Opcode::kDepthwiseConv2d, 3, 3, 1, 4, false, sizeof(ConvParams), check_depthwise_conv_2d,
     check_conv_entries},
    {Opcode::kFullyConnected, 3, 3, 1, 4, false, sizeof(FullyConnectedParams),
     check_fully_connected, check_fully_connected_entries},
    {Opcode::kReshape, 1, 1, 1, 0, true, 0, check_reshape, nullptr},
    {Opcode::kSoftmax, 1, 1, 1, 0, false, sizeof(SoftmaxParams), check_softmax, nullptr},
};

/// nullptr if this version does not know @p opcode.
constexpr const OperatorRule* find_rule(Opcode opcode) {
  for (const OperatorRule& rule : kOperatorRules) {
    if (rule.opcode == opcode) return &rule;
  }
  return nullptr;
}

}  // namespace hil::plan::checks
