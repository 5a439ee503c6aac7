// SPDX-License-Identifier: Apache-2.0
// Sizes of an agent for a part with 8 KB of RAM; the same tests run on it.
#pragma once

#include "target/agent/config.hpp"

namespace hil::agent {

inline constexpr Config kConfig{
    .payload_bytes = 192,
    .window = 2,
    .message_bytes = 256,
    .input_bytes = 32,
    .plan_bytes = 2048,
    .arena_bytes = 1024,
    .trace_operators = 20,
    .log_bytes = 128,
};

}  // namespace hil::agent
