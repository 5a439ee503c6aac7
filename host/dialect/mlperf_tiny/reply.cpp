// SPDX-License-Identifier: Apache-2.0
// Recognising replies: a table of fixed lines, a table of beginnings, and two lists.
#include "host/dialect/mlperf_tiny/reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace hil::dialect::mlperf_tiny {
namespace {

constexpr std::size_t kMostIntegerDigits = 9;
constexpr std::size_t kDecimals = 3;
/// What the KWS reference makes of 1: the thousandths of the value behind "0.".
constexpr std::string_view kOneOfKws = "0.1000";

struct Fixed {
  std::string_view line;
  ReplyKind kind;
};
constexpr auto kFixed = std::to_array<Fixed>({
    {"m-ready", ReplyKind::kReady},
    {"m-init-done", ReplyKind::kInitDone},
    {"m-load-done", ReplyKind::kLoadDone},
    {"m-warmup-done", ReplyKind::kWarmupDone},
    {"m-infer-done", ReplyKind::kInferDone},
});

/// What stands between a fixed beginning and a fixed end.
enum class Content : std::uint8_t { kText, kWord, kNumber };
struct Framed {
  std::string_view begin, end;
  Content content;
  ReplyKind kind;
};
constexpr auto kFramed = std::to_array<Framed>({
    {"m-name-dut-[", "]", Content::kText, ReplyKind::kName},
    {"m-profile-[", "]", Content::kText, ReplyKind::kProfile},
    {"m-model-[", "]", Content::kText, ReplyKind::kModel},
    {"m-timestamp-mode-", "", Content::kWord, ReplyKind::kMode},
    {"m-lap-us-", "", Content::kNumber, ReplyKind::kStamp},
    {"m-[Expecting ", " bytes]", Content::kNumber, ReplyKind::kExpecting},
    {"m-warmup-start-", "", Content::kNumber, ReplyKind::kWarmupStart},
    {"m-infer-start-", "", Content::kNumber, ReplyKind::kInferStart},
    {"e-[", "]", Content::kText, ReplyKind::kError},
});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// "xx-xx-xx"
std::optional<std::vector<std::uint8_t>> bytes_of(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    if (text.size() - at < 2) return std::nullopt;
    const int high = hex_digit(text[at]);
    const int low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    if (text.size() - at == 2) return bytes;
    if (text[at + 2] != '-') return std::nullopt;
  }
  return std::nullopt;  // nothing, or a dash at the end
}

/// "12.345": the form in which results are printed.
bool has_three_decimals(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == 0 || point == std::string_view::npos || point > kMostIntegerDigits) return false;
  if (text.size() - point - 1 != kDecimals) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(point), is_digit) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(point) + 1, text.end(), is_digit);
}

std::optional<double> value_of(std::string_view text) {
  if (text == kOneOfKws) return 1.0;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  double value = std::numeric_limits<double>::infinity();
  if (text != "inf") {
    if (!has_three_decimals(text)) return std::nullopt;
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  return negative ? -value : value;
}

/// "0.001,0.999" or, as VWW prints it, "0.001,0.999,"
std::optional<std::vector<double>> values_of(std::string_view text) {
  std::vector<double> values;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto value = value_of(text.substr(0, comma));
    if (!value) return std::nullopt;
    values.push_back(*value);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (values.empty()) return std::nullopt;
  return values;
}

/// What stands between @p begin and @p end of @p line, which is that long.
std::optional<std::string_view> between(std::string_view line, std::string_view begin,
                                        std::string_view end) {
  if (!line.starts_with(begin) || !line.ends_with(end)) return std::nullopt;
  if (line.size() < begin.size() + end.size()) return std::nullopt;
  return line.substr(begin.size(), line.size() - begin.size() - end.size());
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '-';
  });
}

Reply garbled(std::string_view line) {
  return {ReplyKind::kGarbled, std::string(line)};
}

Reply framed_reply(const Framed& form, std::string_view line) {
  const auto content = between(line, form.begin, form.end);
  if (!content) return garbled(line);
  Reply reply{form.kind, std::string(*content)};
  if (form.content == Content::kWord && !is_word(*content)) return garbled(line);
  if (form.content == Content::kNumber) {
    const auto number = whole_number(*content);
    if (!number) return garbled(line);
    reply.number = *number;
  }
  return reply;
}

/// The two kinds that carry a list; nothing if @p line is none of them.
std::optional<Reply> list_reply(std::string_view line) {
  constexpr std::string_view kBuffer = "m-buffer-", kResults = "m-results-[";
  if (line.starts_with(kBuffer)) {
    auto bytes = bytes_of(line.substr(kBuffer.size()));
    if (!bytes) return garbled(line);
    return Reply{ReplyKind::kBuffer, {}, 0, *std::move(bytes)};
  }
  if (line.starts_with(kResults)) {
    const auto content = between(line, kResults, "]");
    auto values = content ? values_of(*content) : std::nullopt;
    if (!values) return garbled(line);
    return Reply{ReplyKind::kResults, std::string(*content), 0, {}, *std::move(values)};
  }
  return std::nullopt;
}

}  // namespace

Reply parse_reply(const Line& line) {
  if (line.garbled) return garbled(line.text);
  const std::string_view text = line.text;
  for (const Fixed& fixed : kFixed) {
    if (text == fixed.line) return {fixed.kind};
    if (text.starts_with(fixed.line)) return garbled(text);
  }
  for (const Framed& form : kFramed) {
    if (text.starts_with(form.begin)) return framed_reply(form, text);
  }
  if (auto list = list_reply(text)) return *std::move(list);
  if (text.starts_with("Supplied buffer size ")) return {ReplyKind::kTooLarge, std::string(text)};
  if (text.starts_with("m-")) return {ReplyKind::kMessage, std::string(text)};
  return {ReplyKind::kText, std::string(text)};
}

}  // namespace hil::dialect::mlperf_tiny
