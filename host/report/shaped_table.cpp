// SPDX-License-Identifier: Apache-2.0
// Narrowing tables, wrapping cells and command lines.
#include "host/report/shaped_table.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "host/report/text.hpp"

namespace hil::report {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kGap = 2;

/// A table while columns are taken from it.
class Narrowing {
 public:
  Narrowing(Rows rows, const TableShape& shape) : rows_(std::move(rows)), shape_(shape) {
    const std::size_t columns = rows_.empty() ? 0 : rows_.front().size();
    for (std::size_t i = 0; i < columns; ++i)
      columns_.push_back(i);
  }

  ShapedTable fit(std::size_t width) {
    auto droppable = shape_.droppable.begin();
    measure();
    while (!narrow(width) && droppable != shape_.droppable.end()) {
      drop(*droppable++);
      measure();
    }
    return {text(), std::move(dropped_)};
  }

 private:
  /// Widths as the cells want them.
  void measure() {
    widths_.assign(columns_.size(), 0);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < columns_.size(); ++i)
        widths_[i] = std::max(widths_[i], width_of(row[columns_[i]]));
    }
  }

  [[nodiscard]] std::size_t total() const {
    std::size_t sum = shape_.indent + kGap * (columns_.empty() ? 0 : columns_.size() - 1);
    for (const std::size_t width : widths_)
      sum += width;
    return sum;
  }

  /// The widest column that may be narrower still.
  [[nodiscard]] std::optional<std::size_t> widest_flexible() const {
    std::optional<std::size_t> widest;
    for (const auto& flexible : shape_.flexible) {
      const auto at = std::find(columns_.begin(), columns_.end(), flexible.column);
      const auto index = static_cast<std::size_t>(at - columns_.begin());
      if (at == columns_.end() || widths_[index] <= flexible.least) continue;
      if (!widest || widths_[index] > widths_[*widest]) widest = index;
    }
    return widest;
  }

  /// Whether wrapping is enough.
  bool narrow(std::size_t width) {
    while (total() > width) {
      const auto widest = widest_flexible();
      if (!widest) return false;
      --widths_[*widest];
    }
    return true;
  }

  void drop(std::size_t column) {
    const auto at = std::find(columns_.begin(), columns_.end(), column);
    if (at == columns_.end()) return;
    if (!rows_.empty()) dropped_.push_back(rows_.front()[column]);
    columns_.erase(at);
  }

  [[nodiscard]] std::string aligned(std::size_t index, const std::string& cell) const {
    const auto& right = shape_.right;
    const bool to_right = std::find(right.begin(), right.end(), columns_[index]) != right.end();
    return to_right ? right_aligned(cell, widths_[index]) : left_aligned(cell, widths_[index]);
  }

  [[nodiscard]] std::string row_text(const std::vector<std::string>& row) const {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      cells.push_back(wrapped(row[columns_[i]], std::max<std::size_t>(widths_[i], 1)));
      height = std::max(height, cells.back().size());
    }
    std::string text;
    for (std::size_t y = 0; y < height; ++y) {
      std::string line(shape_.indent, ' ');
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line.append(kGap, ' ');
        line += aligned(i, y < cells[i].size() ? cells[i][y] : "");
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& row : rows_)
      all += row_text(row);
    return all;
  }

  Rows rows_;
  const TableShape& shape_;
  std::vector<std::size_t> columns_;  ///< those that are left
  std::vector<std::size_t> widths_;   ///< of them
  std::vector<std::string> dropped_;
};

/// The first @p width columns of @p text, which is taken from it.
std::string take(std::string_view& text, std::size_t width) {
  std::size_t bytes = 0;
  while (bytes < text.size() && width_of(text.substr(0, bytes + 1)) <= width)
    ++bytes;
  const std::string taken(text.substr(0, bytes));
  text.remove_prefix(bytes);
  return taken;
}

/// Words of a shell's line as they are written; a space in single quotes or behind a backslash ends
/// none.
std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  bool escaped = false;
  for (const char c : line) {
    if (c == '\'' && !escaped) quoted = !quoted;
    if (c == ' ' && !quoted && !escaped) {
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    escaped = c == '\\' && !quoted && !escaped;
    words.back() += c;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

ShapedTable shaped_table(Rows rows, const TableShape& shape, std::size_t width) {
  return Narrowing(std::move(rows), shape).fit(width);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return {std::string(text)};
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    while (!word.empty()) {
      const std::size_t used = width_of(lines.back());
      const std::size_t wanted = width_of(word) + (used == 0 ? 0 : used + 1);
      if (wanted <= width) {
        lines.back().append(used == 0 ? "" : " ").append(word);
        break;
      }
      if (used == 0) lines.back() = take(word, width);
      if (!word.empty()) lines.emplace_back();
    }
  }
  return lines;
}

std::string command_lines(std::string_view line, std::size_t indent, std::size_t width) {
  std::string text;
  std::string current(indent, ' ');
  bool empty = true;
  const std::vector<std::string> words = shell_words(line);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool has_value =
        word.starts_with('-') && i + 1 < words.size() && !words[i + 1].starts_with('-');
    std::size_t wanted = width_of(word) + (has_value ? 1 + width_of(words[i + 1]) : 0);
    if (indent + 4 + wanted > width) wanted = width_of(word);  // they fit on no line together
    // " \" has room behind every word that another may follow.
    if (!empty && width_of(current) + 1 + wanted + 2 > width) {
      text += current + " \\\n";
      current.assign(indent + 2, ' ');
      empty = true;
    }
    current += (empty ? "" : " ") + word;
    empty = false;
  }
  return text + current + "\n";
}

}  // namespace hil::report
