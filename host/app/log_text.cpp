// SPDX-License-Identifier: Apache-2.0
// Lines of an agent's log as columns and as JSON.
#include "host/app/log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "host/base/utc.hpp"
#include "host/report/color.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

using std::chrono::system_clock;

constexpr std::size_t kLevelColumns = 7;  ///< "warning"
constexpr std::size_t kLeastText = 20;    ///< columns, however narrow the terminal is

long milliseconds_of(system_clock::time_point when) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch());
  return static_cast<long>(((since.count() % 1000) + 1000) % 1000);
}

/// "14:03:07.123"
std::string time_of_day(system_clock::time_point when) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count();
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return "-";
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec,
                     milliseconds_of(when));
}

/// utc_text() with milliseconds.
std::string utc_of(system_clock::time_point when) {
  std::string text = utc_text(when);
  text.insert(text.size() - 1, fmt::format(".{:03}", milliseconds_of(when)));
  return text;
}

report::Tone tone_of(const std::string& level) {
  if (level == "error") return report::Tone::kBad;
  return level == "warning" ? report::Tone::kWarning : report::Tone::kDim;
}

/// The columns before level and text.
std::string columns(const std::string& first, const std::string& device, const std::string& when,
                    const LogStyle& style) {
  std::string text = fmt::format("{:>{}}  {:>14}  ", first, style.numbered ? 6 : 10, device);
  if (style.time_of_day) text += fmt::format("{:<12}  ", when);
  return text;
}

std::string first_of(const LoggedLine& line, const LogStyle& style) {
  if (style.numbered) return line.number ? fmt::format("{}", *line.number) : "-";
  return line.at_ms ? fmt::format("{:.1f}", *line.at_ms) : "-";
}

}  // namespace

std::string log_head(const LogStyle& style) {
  return columns(style.numbered ? "line" : "run ms", "device s", "time of day", style) +
         "level    text\n";
}

std::string log_line_text(const LoggedLine& line, const LogStyle& style) {
  const std::string device = line.device_s ? fmt::format("{:.6f}", *line.device_s) : "-";
  const std::string level = report::printable(line.level.empty() ? "-" : line.level);
  std::string text =
      columns(first_of(line, style), device, line.when ? time_of_day(*line.when) : "-", style);
  const std::string padding(kLevelColumns - std::min(report::width_of(level), kLevelColumns), ' ');
  const std::size_t indent = text.size() + kLevelColumns + 2;
  text += report::paint(tone_of(level), level, style.color) + padding + "  ";
  const std::string said = report::printable(line.text);
  if (style.width == report::kNoWidth) return text + said + "\n";
  const std::size_t room = std::max(style.width, indent + kLeastText) - indent;
  bool first = true;
  for (const std::string& part : report::wrapped(said, room)) {
    text += (first ? "" : std::string(indent, ' ')) + part + "\n";
    first = false;
  }
  return text.ends_with('\n') ? text : text + "\n";
}

nlohmann::ordered_json log_line_json(const LoggedLine& line) {
  nlohmann::ordered_json json;
  if (line.number) json["number"] = *line.number;
  if (line.at_ms) json["at_ms"] = *line.at_ms;
  if (line.device_s) json["device_s"] = *line.device_s;
  if (line.when) json["host_utc"] = utc_of(*line.when);
  json["level"] = report::printable(line.level);
  json["text"] = report::printable(line.text);
  return json;
}

}  // namespace hil::app
