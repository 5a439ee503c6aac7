// SPDX-License-Identifier: Apache-2.0
// Access to the agent's static memory, all of which is in memory.cpp.
#pragma once

#include <cstdint>

#include "target/agent/energy_state.hpp"
#include "target/agent/state.hpp"
#include "target/agent/stream_state.hpp"

namespace hil::agent::memory {

/// The agent's one state, its buffers attached.
State& state();

/// The one stream, if the configuration has streams; asked for by services/stream.cpp alone.
StreamState& stream();

/// The one energy run and its inputs, if the configuration has them; asked for by
/// services/energy.cpp alone.
EnergyState& energy();

/// RAM of the agent in bytes, without model slot and arena.
std::uint32_t static_bytes();

}  // namespace hil::agent::memory
