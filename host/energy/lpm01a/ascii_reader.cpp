// SPDX-License-Identifier: Apache-2.0
// AsciiReader: cutting lines, telling them apart.
#include "host/energy/lpm01a/ascii_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "host/energy/lpm01a/number.hpp"

namespace hil::energy::lpm01a {
namespace {

/// Lines of a summary at most, so that a lost "summary end" does not swallow what follows.
constexpr unsigned kMostSummaryLines = 32;
constexpr std::string_view kPrompt = "PowerShield >";

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

StreamRecord record(RecordKind kind, std::string_view text = {}) {
  StreamRecord made;
  made.kind = kind;
  made.text = std::string(text);
  return made;
}

/// Takes a decimal number of at most @p most digits from the front of @p text.
std::optional<std::uint32_t> take_number(std::string_view& text, std::size_t most) {
  std::uint32_t value = 0;
  const std::string_view field = text.substr(0, std::min(text.size(), most));
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(end - field.data()));
  return value;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!starts_with(text, expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

/// "TimeStamp: 001s 000ms, buff 00%"; '>' or '<' in place of the first space marks a clock that has
/// gone past its three digits of seconds.
std::optional<StreamRecord> parse_time_stamp(std::string_view line) {
  if (!take(line, "TimeStamp:") || line.empty()) return {};
  StreamRecord stamp;
  stamp.kind = RecordKind::kTimeStamp;
  stamp.past_end = line[0] == '>' || line[0] == '<';
  if (!stamp.past_end && line[0] != ' ') return {};
  line.remove_prefix(1);
  const auto seconds = take_number(line, 6);
  if (!seconds || !take(line, "s ")) return {};
  const auto milliseconds = take_number(line, 3);
  if (!milliseconds || !take(line, "ms, buff ")) return {};
  const auto percent = take_number(line, 3);
  if (!percent || line != "%") return {};
  stamp.milliseconds = *seconds * 1000 + *milliseconds;
  stamp.buffer_percent = *percent;
  return stamp;
}

/// "event 12 ris", "event 012 fal".
std::optional<StreamRecord> parse_event(std::string_view line) {
  if (!take(line, "event ")) return {};
  const auto number = take_number(line, 9);
  if (!number || (line != " ris" && line != " fal")) return {};
  StreamRecord event;
  event.kind = RecordKind::kEdge;
  event.number = *number;
  event.falling = line == " fal";
  return event;
}

bool mentions_overcurrent(std::string_view line) {
  std::string lower(line);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return lower.find("overcurrent") != std::string::npos ||
         lower.find("over current") != std::string::npos;
}

StreamRecord parse_error(std::string_view line) {
  return record(mentions_overcurrent(line) ? RecordKind::kOvercurrent : RecordKind::kError, line);
}

StreamRecord parse_power(std::string_view line) {
  StreamRecord power = record(RecordKind::kPower, line);
  power.value = line == "pwr on" ? 1 : 0;
  return power;
}

StreamRecord parse_metadata(std::string_view line) {
  if (const auto stamp = parse_time_stamp(line)) return *stamp;
  if (const auto event = parse_event(line)) return *event;
  if (line == "end") return record(RecordKind::kEnd);
  if (line == "pwr on" || line == "pwr off") return parse_power(line);
  if (starts_with(line, "error") || starts_with(line, "Error")) return parse_error(line);
  if (starts_with(line, "overcurrent")) return record(RecordKind::kOvercurrent, line);
  if (line.find("Acquisition completed") != std::string_view::npos)
    return record(RecordKind::kCompleted, line);
  // A time stamp or event that was damaged on its way must not pass for a remark.
  if (starts_with(line, "TimeStamp") || starts_with(line, "event "))
    return record(RecordKind::kStray, line);
  return record(RecordKind::kText, line);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

StreamRecord parse_line(std::string_view line) {
  if (const auto value = parse_sample(line)) {
    StreamRecord sample;
    sample.kind = RecordKind::kSample;
    sample.value = *value;
    return sample;
  }
  if (line.empty() || !is_letter(line[0])) return record(RecordKind::kStray, line);
  return parse_metadata(line);
}

StreamRecord AsciiReader::record_of(std::string_view line) {
  if (line == "summary beg") {
    summary_lines_ = kMostSummaryLines;
    return record(RecordKind::kSummary, line);
  }
  if (summary_lines_ > 0 && !starts_with(line, kPrompt)) {
    summary_lines_ = line == "summary end" ? 0 : summary_lines_ - 1;
    return record(RecordKind::kSummary, line);
  }
  return parse_line(line);
}

void AsciiReader::push(std::span<const std::uint8_t> bytes, std::vector<StreamRecord>& records) {
  for (const std::uint8_t byte : bytes) {
    if (byte != '\n') {
      if (byte == 0 || byte == '\r') continue;
      if (line_.size() >= kMostText) {
        cut_ = true;
      } else {
        line_.push_back(byte >= 0x20 && byte <= 0x7E ? static_cast<char>(byte) : '?');
      }
      continue;
    }
    if (cut_) {
      records.push_back(record(RecordKind::kStray, line_));
    } else if (!line_.empty()) {
      records.push_back(record_of(line_));
    }
    line_.clear();
    cut_ = false;
  }
}

}  // namespace hil::energy::lpm01a
