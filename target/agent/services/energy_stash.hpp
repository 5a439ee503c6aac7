// SPDX-License-Identifier: Apache-2.0
// Inputs that come before an energy run, so that none has to travel while it goes on.
#pragma once

#include "target/agent/energy_state.hpp"
#include "target/agent/message_io.hpp"
#include "target/agent/state.hpp"

namespace hil::agent::energy_stash {

/// Memory behind what the loaded model uses of the arena.
std::span<std::uint8_t> room(const State& state);

/// Makes room; see energy::handle() for what it is refused for.
void begin(State& state, EnergyStash& stash, const Message& message);
/// Takes bytes. Out of order, or more than announced (kBadArgument): an error, and no stash; what
/// follows of that one is dropped.
void take_input(State& state, EnergyStash& stash, const Message& message);
/// Raises the pin at the first byte, lowers it when all are there, and says so to the host; true if
/// it did.
bool work(State& state, EnergyStash& stash);

}  // namespace hil::agent::energy_stash
