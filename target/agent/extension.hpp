// SPDX-License-Identifier: Apache-2.0
// What a port's configuration adds to the agent; where it adds nothing, nothing of it is linked.
#pragma once

#include <cstdint>
#include <span>

#include "target/agent/message_io.hpp"
#include "target/agent/state.hpp"

namespace hil::agent {

struct Extension {
  /// Answers a message of an added service; false if it is of none. Null: nothing is added.
  bool (*handle)(State& state, const Message& message) = nullptr;
  /// The next datagram's payload, empty if there is none now; asked also while no session is open.
  /// Null: nothing is added.
  std::span<const std::uint8_t> (*next_datagram)(State& state) = nullptr;
  /// Does what an added service has to do when no message is handled; true if it did. Null:
  /// nothing.
  bool (*work)(State& state) = nullptr;
  std::uint32_t services = 0;  ///< bit n set: service n is added
};

/// What the port has chosen; in memory.cpp.
extern const Extension kExtension;

}  // namespace hil::agent
