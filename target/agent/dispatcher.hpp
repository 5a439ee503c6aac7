// SPDX-License-Identifier: Apache-2.0
// Takes messages off the reliable stream and gives each to its service.
#pragma once

#include <cstdint>
#include <optional>

#include "target/agent/message_io.hpp"
#include "target/agent/state.hpp"

namespace hil::agent {

/// Handles the next message, if it is complete, the run is not busy with a sample, and there is
/// room for any answer. True if anything was taken off the stream.
bool dispatch(State& state);

/// The message whose head is @p at bytes behind the front of the receive ring, if it is complete.
std::optional<Message> message_at(const State& state, std::size_t at);

/// Most bytes that an answer to such a message may have, head included.
std::size_t most_answer(const State& state, Kind kind);

/// True when the longest answer to such a message can be sent now, so that no handler ever waits.
bool room_for_answer(const State& state, Kind kind);

/// Bit n set: service n is built in.
std::uint32_t built_in_services();

}  // namespace hil::agent
