// SPDX-License-Identifier: Apache-2.0
// The memory plan over time, drawn with letters.
#include "host/report/memory_picture.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/report/summary_words.hpp"
#include "host/report/text.hpp"
#include "protocol/plan/format.hpp"

namespace hil::report {
namespace {

using model::BufferSummary;
using model::MemorySummary;

constexpr std::size_t kMinWidth = 40;
constexpr std::uint64_t kMaxRows = 16;
constexpr std::size_t kMaxCellWidth = 6;

/// How much of two half-open ranges is common.
std::uint64_t common(std::uint64_t a_begin, std::uint64_t a_end, std::uint64_t b_begin,
                     std::uint64_t b_end) {
  const std::uint64_t begin = std::max(a_begin, b_begin);
  const std::uint64_t end = std::min(a_end, b_end);
  return end > begin ? end - begin : 0;
}

class Picture {
 public:
  Picture(const MemorySummary& memory, std::size_t layers, std::size_t width)
      : memory_(memory), layers_(layers), order_(in_order(memory)) {
    const std::uint64_t arena = std::max<std::uint64_t>(memory.arena_bytes, 1);
    band_ = (arena + kMaxRows - 1) / kMaxRows;
    band_ = (band_ + plan::kAlignment - 1) / plan::kAlignment * plan::kAlignment;
    rows_ = (arena + band_ - 1) / band_;
    label_width_ = std::max(width_of(grouped(arena)), width_of("operator"));
    const std::size_t room = std::max(width, kMinWidth) - label_width_ - 5;
    per_column_ = (layers + room - 1) / room;
    columns_ = (layers + per_column_ - 1) / per_column_;
    cell_width_ = std::min(room / columns_, kMaxCellWidth);
  }

  std::string text() const {
    std::string text;
    if (per_column_ > 1) text = fmt::format("  each column is {} operators\n", per_column_);
    text += line("address", "");
    for (std::uint64_t row = rows_; row-- > 0;) {
      std::string cells;
      for (std::size_t column = 0; column < columns_; ++column)
        cells += cell_at(row, column);
      text += line(grouped(row * band_), "|" + cells + "|");
    }
    text += line("operator", " " + numbers());
    return text + live_shares();
  }

 private:
  [[nodiscard]] std::string line(const std::string& label, const std::string& content) const {
    std::string text = "  " + right_aligned(label, label_width_) + " " + content;
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  }

  /// The key of the buffer that takes most of a cell's bytes and operators; once, if even that one
  /// takes less than a quarter.
  [[nodiscard]] std::string cell_at(std::uint64_t row, std::size_t column) const {
    std::uint64_t most = 0;
    char key = '.';
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const BufferSummary& buffer = memory_.buffers[order_[i]];
      const std::uint64_t bytes =
          common(row * band_, (row + 1) * band_, buffer.offset, buffer.offset + buffer.size_bytes);
      const std::uint64_t steps =
          common(column * per_column_, (column + 1) * per_column_, buffer.first, buffer.last + 1);
      if (bytes * steps <= most) continue;
      most = bytes * steps;
      key = key_of(i);
    }
    std::string cell(cell_width_, most * 4 < band_ * per_column_ ? '.' : key);
    cell[0] = key;
    return cell;
  }

  /// Numbers of operators under their columns, as many as there is room for.
  [[nodiscard]] std::string numbers() const {
    const std::size_t needed = std::to_string(layers_ - 1).size() + 1;
    std::size_t every = 1;
    for (const std::size_t factor : {2U, 5U, 10U, 20U, 50U, 100U}) {
      if (every * cell_width_ < needed) every = factor;
    }
    std::string text;
    for (std::size_t column = 0; column < columns_; column += every) {
      text.resize(std::max(text.size(), column * cell_width_), ' ');
      text += std::to_string(column * per_column_);
    }
    return text.substr(0, columns_ * cell_width_ + 1);
  }

  /// Share of the arena that is live at each operator, if columns are wide enough for "100".
  [[nodiscard]] std::string live_shares() const {
    if (per_column_ > 1 || cell_width_ < 4 || memory_.arena_bytes == 0) return "";
    std::string text = " ";
    for (std::size_t step = 0; step < layers_; ++step) {
      std::uint64_t live = 0;
      for (const BufferSummary& buffer : memory_.buffers) {
        if (buffer.first <= step && step <= buffer.last) live += buffer.size_bytes;
      }
      text += left_aligned(std::to_string(live * 100 / memory_.arena_bytes), cell_width_);
    }
    return line("live %", text);
  }

  const MemorySummary& memory_;
  std::size_t layers_;
  std::vector<std::size_t> order_;
  std::uint64_t band_ = 0;  // bytes of one row
  std::uint64_t rows_ = 0;
  std::size_t label_width_ = 0;
  std::size_t per_column_ = 1;  // operators
  std::size_t columns_ = 0;
  std::size_t cell_width_ = 1;  // characters of one column
};

}  // namespace

std::string memory_picture(const MemorySummary& memory, std::size_t layers, std::size_t width) {
  return Picture(memory, layers, width).text();
}

}  // namespace hil::report
