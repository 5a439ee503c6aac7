// SPDX-License-Identifier: Apache-2.0
// Names and units of columns; fields of a line.
#include "host/energy/file/csv_columns.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace hil::energy {
namespace {

using What = CsvColumn::What;

struct Unit {
  std::string_view name;
  double scale;
};

constexpr Unit kTimeUnits[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
constexpr Unit kCurrentUnits[] = {{"a", 1}, {"ma", 1e-3}, {"ua", 1e-6}, {"na", 1e-9}};
constexpr Unit kVoltageUnits[] = {{"v", 1}, {"mv", 1e-3}, {"uv", 1e-6}};
constexpr Unit kPowerUnits[] = {{"w", 1}, {"mw", 1e-3}, {"uw", 1e-6}, {"nw", 1e-9}};

constexpr std::string_view kBlank = " \t\r\"'#";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Lower case ASCII; both UTF-8 forms of the micro sign become u.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto two = text.substr(i, 2);
    if (two == "\xC2\xB5" || two == "\xCE\xBC") {
      out += 'u';
      ++i;
    } else {
      const char c = text[i];
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

/// Words of letters and digits.
std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view kBetween = " _()[]-,.:/";
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = text.find_first_not_of(kBetween, at);
    if (begin == std::string_view::npos) break;
    const auto end = std::min(text.find_first_of(kBetween, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    at = end;
  }
  return words;
}

template <std::size_t N>
std::optional<CsvColumn> with_unit(What what, const Unit (&units)[N], std::string_view word) {
  for (const Unit& unit : units) {
    if (unit.name == word) return CsvColumn{what, unit.scale, 0};
  }
  return std::nullopt;
}

/// Number of a word like "d3" or "gpi0"; nothing if it is no input.
std::optional<unsigned> input_of(std::string_view word) {
  for (const std::string_view prefix : {"gpi", "d"}) {
    if (word.size() != prefix.size() + 1 || word.substr(0, prefix.size()) != prefix) continue;
    const char digit = word.back();
    if (digit >= '0' && digit <= '7') return static_cast<unsigned>(digit - '0');
  }
  return std::nullopt;
}

/// A quantity by its word, with the unit in @p unit ("" for the basic one).
std::optional<CsvColumn> quantity_of(std::string_view word, std::string_view unit) {
  const auto or_basic = [unit](std::string_view basic) { return unit.empty() ? basic : unit; };
  if (word == "time" || word == "timestamp")
    return with_unit(What::kTime, kTimeUnits, or_basic("s"));
  if (word == "current") return with_unit(What::kCurrent, kCurrentUnits, or_basic("a"));
  if (word == "voltage") return with_unit(What::kVoltage, kVoltageUnits, or_basic("v"));
  if (word == "power") return with_unit(What::kPower, kPowerUnits, or_basic("w"));
  return std::nullopt;
}

}  // namespace

CsvColumn column_of(std::string_view name) {
  const std::string text = folded(trimmed(name));
  if (text == "d0-d7") return {What::kBits, 1, 0};
  const auto words = words_of(text);
  if (words.empty() || words.size() > 2) return {};
  if (const auto bit = input_of(words[0]); bit && words.size() == 1) return {What::kBit, 1, *bit};
  return quantity_of(words[0], words.size() == 2 ? words[1] : "").value_or(CsvColumn{});
}

void split_fields(std::string_view line, char separator, std::vector<std::string_view>& fields) {
  fields.clear();
  while (true) {
    const auto end = line.find(separator);
    fields.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

char separator_of(std::string_view header) {
  for (const char separator : {'\t', ';'}) {
    if (header.find(separator) != std::string_view::npos) return separator;
  }
  return ',';
}

std::optional<double> number_of(std::string_view field) {
  if (!field.empty() && field.front() == '+') field.remove_prefix(1);
  double value = 0;
  const char* end = field.data() + field.size();
  const auto [stopped, error] = std::from_chars(field.data(), end, value);
  if (error != std::errc() || stopped != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace hil::energy
