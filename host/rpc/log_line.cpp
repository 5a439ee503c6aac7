// SPDX-License-Identifier: Apache-2.0
// Levels by name, and log lines from their messages.
#include "host/rpc/log_line.hpp"

#include <array>

#include "host/rpc/printable.hpp"
#include "protocol/messages/log.pb.h"

namespace hil::rpc {
namespace {

namespace v1 = hilbench::v1;

constexpr std::array kLevels{LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning,
                             LogLevel::kError};

LogLevel level_of(v1::LogLevel level) {
  switch (level) {
    case v1::LOG_LEVEL_DEBUG:
      return LogLevel::kDebug;
    case v1::LOG_LEVEL_INFO:
      return LogLevel::kInfo;
    case v1::LOG_LEVEL_WARNING:
      return LogLevel::kWarning;
    default:
      return LogLevel::kError;
  }
}

}  // namespace

const char* name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

std::optional<LogLevel> level_of(std::string_view name) {
  for (const LogLevel level : kLevels) {
    if (name == name_of(level)) return level;
  }
  return std::nullopt;
}

LogLine log_line_of(const v1::LogLine& line) {
  return {Deadline::Clock::now(), line.number(), level_of(line.level()), line.device_ticks(),
          printable(line.text())};
}

}  // namespace hil::rpc
