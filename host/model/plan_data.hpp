// SPDX-License-Identifier: Apache-2.0
// A plan as data, before it becomes bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocol/plan/format.hpp"

namespace hil::model {

struct PlanOperator {
  plan::Opcode opcode{};
  std::vector<std::uint16_t> inputs;   ///< plan tensors; plan::kNoTensor where absent
  std::vector<std::uint16_t> outputs;  ///< plan tensors
  std::vector<std::uint8_t> params;    ///< the opcode's parameter struct
  std::uint32_t layer = 0;             ///< operator of the graph it was made of
  std::uint64_t macs = 0;
  std::vector<std::int32_t> graph_outputs;  ///< tensors of the graph behind outputs
};

struct PlanData {
  plan::Core core = plan::Core::kReference;
  std::uint32_t features = 0;  ///< plan::Feature bits
  std::uint64_t work = 0;      ///< MACs of one inference
  std::uint32_t arena_bytes = 0;
  std::uint32_t state_bytes = 0;
  std::array<std::uint8_t, 32> model_sha256{};
  std::vector<plan::TensorRecord> tensors;
  std::vector<PlanOperator> operators;  ///< of the main graph, in order of execution
  std::vector<std::uint16_t> inputs;    ///< plan tensors
  std::vector<std::uint16_t> outputs;   ///< plan tensors
  std::vector<std::uint8_t> constants;  ///< content of the constants section
  std::vector<plan::StateRecord> states;
  std::vector<std::pair<std::size_t, std::uint16_t>> variables;  ///< variable: its plan tensor
};

}  // namespace hil::model
