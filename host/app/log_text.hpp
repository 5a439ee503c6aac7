// SPDX-License-Identifier: Apache-2.0
// Lines of an agent's log as hilbench log shows them.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "host/report/shaped_table.hpp"

namespace hil::app {

/// A line as it is known: from a board (numbered), or from a record (at a time of its run).
struct LoggedLine {
  std::optional<std::uint32_t> number;
  std::optional<double> at_ms;     ///< since the start of the record's run
  std::optional<double> device_s;  ///< since the agent's start, by the device's clock
  std::optional<std::chrono::system_clock::time_point> when;  ///< by the host's clock
  std::string level;                                          ///< "debug" to "error"
  std::string text;
};

/// What all lines of one log have in common.
struct LogStyle {
  bool numbered = true;      ///< else the first column is at_ms
  bool time_of_day = false;  ///< a column of its own
  bool color = false;        ///< of the level
  std::size_t width = report::kNoWidth;
};

/// The heads of the columns, and one line; its text is wrapped under itself. Control characters
/// become '?'. Times of day are those of this machine's time zone.
std::string log_head(const LogStyle& style);
std::string log_line_text(const LoggedLine& line, const LogStyle& style);

/// Only what is known; times of day as "host_utc".
nlohmann::ordered_json log_line_json(const LoggedLine& line);

}  // namespace hil::app
