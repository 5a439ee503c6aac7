// SPDX-License-Identifier: Apache-2.0
// Pieces of text for terminals: safe, of known width, aligned, wrapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace hil::report {

/// @p text with every control character (also DEL and C1 in UTF-8) replaced by '?': what came from
/// a board or a file must not steer the terminal.
std::string printable(std::string_view text);

/// Columns that @p text takes: its UTF-8 code points (wide and combining characters count as one).
std::size_t width_of(std::string_view text);

/// @p text cut to at most @p width columns; a cut one ends in '~'.
std::string fitted(std::string_view text, std::size_t width);

/// Filled up with spaces to @p width columns on the right or on the left; never cut.
std::string left_aligned(std::string_view text, std::size_t width);
std::string right_aligned(std::string_view text, std::size_t width);

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);

/// A number for people: whole ones in full, others with six significant digits; grouped.
std::string number_text(double number);

/// @p number with exactly @p decimals digits behind the point, grouped; what is too large for that
/// to make sense (1e15) or not finite as number_text() has it.
std::string fixed_text(double number, int decimals);

/// 0.9012 as "90.1 %".
std::string percent(double fraction);

/// "7 CRC errors", "1 CRC error".
std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural = "s");

/// The parts that say something, with commas between them.
std::string joined(std::initializer_list<std::string> parts);

/// Columns that the widest line of @p text takes.
std::size_t widest_line(std::string_view text);

/// Whether no line of @p text takes more than @p width columns.
bool fits(std::string_view text, std::size_t width);

/// @p title in a column of @p indent, then @p text beside it, broken at spaces so that no line is
/// wider than @p width (unless a word is). Ends with a newline; empty if @p text is empty.
std::string paragraph(std::string_view title, std::string_view text, std::size_t indent,
                      std::size_t width);

/// Rows of cells as aligned columns, two spaces apart: the first column and those in @p left are
/// aligned left, the others right. Each row starts with two spaces and ends with a newline.
std::string table(const std::vector<std::vector<std::string>>& rows,
                  const std::vector<std::size_t>& left = {});

}  // namespace hil::report
