// SPDX-License-Identifier: Apache-2.0
// Sizes of the Linux agent: memory is plenty, so frames and window are as large as is useful.
#pragma once

#include "target/agent/config.hpp"

namespace hil::agent {

inline constexpr Config kConfig{
    .payload_bytes = 4096,
    .window = 16,
    .message_bytes = 8192,
    .input_bytes = 4096,  // what a pty gives at once
    .plan_bytes = 4u << 20,
    .arena_bytes = 1u << 20,
    .trace_operators = 4096,
    .stream_bytes = 32 * 1024,
    .energy_windows = 1024,
    .energy_counter = true,
};

}  // namespace hil::agent
