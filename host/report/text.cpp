// SPDX-License-Identifier: Apache-2.0
// Pieces of text for terminals: safe, of known width, aligned, wrapped.
#include "host/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hil::report {
namespace {

/// Whether @p c continues a UTF-8 sequence.
bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Commas between groups of three digits before the decimal point of "-1234.5".
std::string with_groups(std::string digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = std::min(digits.find('.'), digits.size()); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

/// Whether C1 control U+0080 to U+009F starts at @p index.
bool is_c1(std::string_view text, std::size_t index) {
  return text[index] == '\xC2' && index + 1 < text.size() && continues(text[index + 1]) &&
         static_cast<unsigned char>(text[index + 1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool c1 = is_c1(text, i);
    safe += c1 || is_control(text[i]) ? '?' : text[i];
    if (c1) ++i;
  }
  return safe;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string fitted(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string cut;
  std::size_t columns = 0;
  for (const char c : text) {
    if (!continues(c) && ++columns == width) break;
    cut += c;
  }
  return cut + '~';
}

std::string left_aligned(std::string_view text, std::size_t width) {
  std::string padded(text);
  padded.append(width - std::min(width, width_of(text)), ' ');
  return padded;
}

std::string right_aligned(std::string_view text, std::size_t width) {
  std::string padded(width - std::min(width, width_of(text)), ' ');
  return padded.append(text);
}

std::string grouped(std::uint64_t number) {
  return with_groups(std::to_string(number));
}

std::string number_text(double number) {
  constexpr double kExact = 9007199254740992.0;  // 2^53: whole numbers up to here are exact
  const bool whole = std::abs(number) <= kExact && number == std::floor(number);
  const std::string digits = fmt::format(fmt::runtime(whole ? "{:.0f}" : "{:.6g}"), number);
  const bool plain = digits.find_first_not_of("-.0123456789") == std::string::npos;
  return plain ? with_groups(digits) : digits;  // "1e-07", "nan"
}

std::string fixed_text(double number, int decimals) {
  constexpr double kLargest = 1e15;
  if (!(std::abs(number) < kLargest)) return number_text(number);
  const std::string digits = fmt::format("{:.{}f}", number, decimals);
  const bool zero = digits.find_first_of("123456789") == std::string::npos;
  return with_groups(zero && digits.starts_with('-') ? digits.substr(1) : digits);
}

std::string percent(double fraction) {
  return fmt::format("{:.1f} %", 100 * fraction);
}

std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural) {
  return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : plural);
}

std::string joined(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += ", ";
    text += part;
  }
  return text;
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    widest = std::max(widest, width_of(line));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return widest;
}

bool fits(std::string_view text, std::size_t width) {
  return widest_line(text) <= width;
}

std::string paragraph(std::string_view title, std::string_view text, std::size_t indent,
                      std::size_t width) {
  std::string lines;
  std::string line = left_aligned(title, indent);
  bool empty = true;  // no word on this line yet
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    if (!empty && width_of(line) + 1 + width_of(word) > width) {
      lines += line + "\n";
      line.assign(indent, ' ');
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  return empty ? lines : lines + line + "\n";
}

std::string table(const std::vector<std::vector<std::string>>& rows,
                  const std::vector<std::size_t>& left) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool to_left = i == 0 || std::find(left.begin(), left.end(), i) != left.end();
      line += "  " + (to_left ? left_aligned(row[i], widths[i]) : right_aligned(row[i], widths[i]));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace hil::report
