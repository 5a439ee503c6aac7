// SPDX-License-Identifier: Apache-2.0
// Strict parser of comma separated values: text in, one row after the other out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace hil::data {

/// One row: its fields without quotes, and the line on which it starts, from 1.
struct CsvRow {
  std::uint32_t line = 0;
  std::vector<std::string> fields;
};

/// Reads rows as RFC 4180 has them: commas, CRLF or LF, fields in double quotes may hold commas,
/// line ends and doubled quotes. Beyond it: a UTF-8 mark at the start and lines of nothing but
/// spaces are skipped, and spaces and tabs around a field without quotes are dropped.
class CsvReader {
 public:
  /// @p text must outlive the reader; @p where names the file in errors.
  CsvReader(std::string_view text, std::string where);

  /// Reads the next row into @p row; false at the end.
  ///   kUser  a quote inside a field without quotes, anything but a comma after a closing quote, a
  ///          quote that is not closed, a NUL byte, more than 2^20 fields (the line is named)
  Result<bool> next(CsvRow& row);

 private:
  void skip_blank_lines();
  Status read_field(std::string& field);
  Status read_quoted(std::string& field);
  Status read_plain(std::string& field);
  [[nodiscard]] bool at_row_end() const;
  void take_row_end();
  [[nodiscard]] Error wrong(const std::string& what) const;

  std::string_view left_;
  std::string where_;
  std::uint32_t line_ = 1;
};

}  // namespace hil::data
