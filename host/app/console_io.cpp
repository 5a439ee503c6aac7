// SPDX-License-Identifier: Apache-2.0
// Standard output and standard error.
#include "host/app/console_io.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "host/report/color.hpp"
#include "host/report/shaped_table.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

/// Columns of the terminal on @p descriptor, if it is one that says.
std::optional<int> terminal_columns(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

/// What COLUMNS says, if it makes sense.
std::optional<int> columns_asked_for() {
  const char* text = std::getenv("COLUMNS");
  if (text == nullptr) return std::nullopt;
  int columns = 0;
  const char* end = text + std::strlen(text);
  const auto [last, fault] = std::from_chars(text, end, columns);
  if (fault != std::errc() || last != end || columns < 20 || columns > 1000) return std::nullopt;
  return columns;
}

/// @p text behind @p title, which is not part of the result: each of its lines wrapped at the
/// terminal's width and aligned with the first.
std::string beside(std::string_view title, std::string_view text) {
  constexpr std::size_t kLeast = 20;
  const std::size_t indent = title.size() + 1;
  const std::size_t width = std::max(error_width(), indent + kLeast) - indent;
  std::string lines;
  while (true) {
    const std::string_view line = text.substr(0, text.find('\n'));
    for (const std::string& part : report::wrapped(report::printable(line), width))
      lines.append(lines.empty() ? 0 : indent, ' ').append(part).append("\n");
    if (line.size() == text.size()) return lines;
    text.remove_prefix(line.size() + 1);
  }
}

}  // namespace

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1;
}

int output_width() {
  constexpr int kDefault = 80;
  return terminal_columns(STDOUT_FILENO).value_or(columns_asked_for().value_or(kDefault));
}

std::size_t table_width() {
  const bool limited = terminal_columns(STDOUT_FILENO) || columns_asked_for();
  return limited ? static_cast<std::size_t>(output_width()) : report::kNoWidth;
}

std::size_t error_width() {
  const auto columns = terminal_columns(STDERR_FILENO);
  return columns ? static_cast<std::size_t>(*columns) : report::kNoWidth;
}

Status print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return Error{Blame::kUser,
                   fmt::format("standard output can't be written: {}", std::strerror(errno)),
                   "make room, or send the output elsewhere"};
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

void remark(std::string_view lines) {
  std::string safe;
  while (true) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    safe += report::printable(line) + "\n";
    if (line.size() == lines.size()) break;
    lines.remove_prefix(line.size() + 1);
  }
  fmt::print(stderr, "{}", safe);
}

void report(const Error& error) {
  const std::string prefix =
      report::paint(report::Tone::kBad, "hilbench:", report::colors_for(STDERR_FILENO));
  fmt::print(stderr, "{} {}", prefix, beside("hilbench:", error.what));
  // A fault of ours has the same next step wherever it is found.
  const std::string hint = error.hint.empty() && error.blame == Blame::kBug
                               ? "report this with the command line"
                               : error.hint;
  if (!hint.empty()) fmt::print(stderr, "  hint: {}", beside("  hint:", hint));
}

}  // namespace hil::app
