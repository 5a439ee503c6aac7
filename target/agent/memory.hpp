// SPDX-License-Identifier: Apache-2.0
// Access to the agent's static memory, all of which is in memory.cpp.
#pragma once

#include <cstdint>

#include "target/agent/state.hpp"

namespace hil::agent::memory {

/// The agent's one state, its buffers attached.
State& state();

/// RAM of the agent in bytes, without model slot and arena.
std::uint32_t static_bytes();

}  // namespace hil::agent::memory
