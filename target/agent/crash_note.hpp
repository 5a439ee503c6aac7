// SPDX-License-Identifier: Apache-2.0
// What survives a reset: how often the agent has started, and where it was when it failed.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/messages/ids.hpp"

namespace hil::agent::crash {

/// Looks at what the last run left in port::no_init() and counts this start. Call once, first.
void begin();

/// Starts of the agent since power-on, this one included.
[[nodiscard]] std::uint32_t boot_count();
/// Note of the run before this one if it failed, else empty. UTF-8, at most kMostCrashNoteBytes.
[[nodiscard]] std::span<const std::uint8_t> note();

inline constexpr std::uint32_t kNoOperator = 0xFFFF'FFFF;

/// What the agent is doing; costs a store each.
void at_message(Service service, std::uint8_t method);
void at_operator(std::uint32_t index);

/// Writes the note for the next start: @p reason and what the agent was doing. Async-signal-safe.
void write(const char* reason);

/// A broken invariant: writes the note and ends in port::fatal().
[[noreturn]] void fail(const char* reason);

}  // namespace hil::agent::crash
