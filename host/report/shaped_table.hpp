// SPDX-License-Identifier: Apache-2.0
// Tables that keep to the width of a terminal: cells wrap, then columns go.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace hil::report {

/// For output that is no terminal: nothing is wrapped or left out.
constexpr std::size_t kNoWidth = std::numeric_limits<std::size_t>::max();

/// How a table may be narrowed. Columns count from 0.
struct TableShape {
  struct Flexible {
    std::size_t column = 0;
    std::size_t least = 8;  ///< columns of the terminal that its cells need at least
  };
  std::vector<std::size_t> right;      ///< columns aligned right; the others are aligned left
  std::vector<Flexible> flexible;      ///< cells may wrap; the widest gives way first
  std::vector<std::size_t> droppable;  ///< left out, in this order, if wrapping is not enough
  std::size_t indent = 2;              ///< spaces before each line
};

struct ShapedTable {
  std::string text;                  ///< ends with a newline
  std::vector<std::string> dropped;  ///< heads of the columns that were left out
};

/// @p rows (the first is the head) as aligned columns, two spaces apart, no line wider than
/// @p width unless the shape does not allow that. Cells hold printable text without newlines.
ShapedTable shaped_table(std::vector<std::vector<std::string>> rows, const TableShape& shape,
                         std::size_t width);

/// @p text broken at spaces, and words that are too long anywhere, into lines of at most @p width
/// columns (at least 1). What fits stays as it is; in what does not, runs of spaces become one.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// A command line for a POSIX shell as lines of at most @p width columns (unless a word is longer),
/// each but the last ending in a backslash, indented by @p indent, the second by two more. It is
/// broken at spaces that are not in single quotes, and not between an option and its value if there
/// is another place. Ends with a newline.
std::string command_lines(std::string_view line, std::size_t indent, std::size_t width);

}  // namespace hil::report
