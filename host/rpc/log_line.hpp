// SPDX-License-Identifier: Apache-2.0
// A line that the agent said, and how one is read from its message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/deadline.hpp"

namespace hilbench::v1 {
class LogLine;
}

namespace hil::rpc {

enum class LogLevel : std::uint8_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

/// "debug", "info", "warning", "error"
const char* name_of(LogLevel level);

/// The level of that name; nothing if there is none.
std::optional<LogLevel> level_of(std::string_view name);

struct LogLine {
  Deadline::Clock::time_point at;  ///< when the host got it
  std::uint32_t number = 0;        ///< 1: the first since the agent's start; 0: of an old agent
  LogLevel level = LogLevel::kInfo;
  std::uint64_t device_ticks = 0;  ///< when the agent said it
  std::string text;                ///< printable
};

/// @p line as it came now; a level that this host does not know counts as an error.
LogLine log_line_of(const hilbench::v1::LogLine& line);

}  // namespace hil::rpc
