// SPDX-License-Identifier: Apache-2.0
// Who an agent is and what it can do, as its hello says.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/messages/ids.hpp"

namespace hil::session {

struct AgentInfo {
  std::uint32_t protocol_major = 0, protocol_minor = 0;
  std::string agent_version;
  std::string board;                    ///< board id
  std::string core;                     ///< "host", "cortex-m4f"
  std::string engine;                   ///< name and version
  std::vector<std::uint8_t> unique_id;  ///< of the chip; empty if unknown
  std::uint64_t tick_hz = 0;            ///< rate of every device_ticks; never 0
  std::uint32_t plan_capacity_bytes = 0;
  std::uint32_t arena_capacity_bytes = 0;
  std::uint32_t plan_major = 0, plan_minor = 0;  ///< plan format the engine reads; major 0: none
  std::uint32_t model_formats = 0;               ///< bits of engine::Format
  std::uint32_t features = 0;                    ///< bits of plan::Feature
  std::uint32_t services = 0;                    ///< bit n: service n is built in
  std::bitset<256> operators;                    ///< bit n: plan opcode n is built in
  /// By opcode: bits of plan::TypeSet, the types of its first input that it is built in for.
  std::array<std::uint8_t, 256> operator_types{};
  std::uint32_t agent_static_bytes = 0;  ///< RAM of the agent, without plan slot and arena
  std::uint32_t trace_capacity = 0;      ///< operators that it records at once
  std::uint32_t slot_bytes = 0;          ///< flash for one model, written by a debug probe; 0: none
  std::uint32_t slot_address = 0;        ///< of it
  std::vector<std::uint8_t> image_id;    ///< GNU build id of its image; empty if unknown
  std::uint32_t first_log_line = 0;      ///< number of this session's first; 0: it keeps no lines
  bool emulated = false;
  std::vector<std::uint32_t> bauds;  ///< rates that its line can be set to; empty: it keeps its one

  [[nodiscard]] bool has_service(Service service) const {
    return ((services >> static_cast<unsigned>(service)) & 1u) != 0;
  }

  /// Whether plan opcode @p opcode is built in for at least one type of @p types.
  [[nodiscard]] bool has_operator(std::uint32_t opcode, std::uint8_t types) const {
    return opcode < operator_types.size() && (operator_types[opcode] & types) != 0;
  }
};

}  // namespace hil::session
