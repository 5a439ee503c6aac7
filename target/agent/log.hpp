// SPDX-License-Identifier: Apache-2.0
// Lines for whoever looks at the board: what the agent, or a user's engine, has to say.
#pragma once

#include <cstdint>

namespace hil::agent::log {

/// As in protocol/messages/log.proto.
enum class Level : std::uint8_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

/// Says a line. It is kept until newer ones need its room and sent to the host at once if a session
/// is open; in a quiet run when that has ended. For the agent's loop, an engine's included, never
/// for an interrupt. @p text is ASCII (other bytes become '?') and cut at LogRing::kMostText bytes.
void say(Level level, const char* text);

/// The same in two parts.
void say(Level level, const char* before, const char* text);

/// The same with a number in the middle.
void say(Level level, const char* before, std::uint64_t number, const char* after);

}  // namespace hil::agent::log
