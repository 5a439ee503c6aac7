// SPDX-License-Identifier: Apache-2.0
// Strict parser of comma separated values: text in, one row after the other out.
#include "host/data/formats/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::data {
namespace {

constexpr std::size_t kMaxFields = std::size_t{1} << 20U;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string where)
    : left_(text), where_(std::move(where)) {
  if (left_.starts_with("\xEF\xBB\xBF")) left_.remove_prefix(3);
}

Result<bool> CsvReader::next(CsvRow& row) {
  skip_blank_lines();
  row.fields.clear();
  row.line = line_;
  if (left_.empty()) return false;
  for (;;) {
    if (row.fields.size() == kMaxFields) return wrong("too many fields");
    HIL_TRY(read_field(row.fields.emplace_back()));
    if (at_row_end()) break;
    left_.remove_prefix(1);  // the comma
  }
  take_row_end();
  return true;
}

void CsvReader::skip_blank_lines() {
  for (;;) {
    const auto end = left_.find_first_not_of(" \t\r");
    if (end == std::string_view::npos) {
      left_ = {};
      return;
    }
    if (left_[end] != '\n') return;
    left_.remove_prefix(end + 1);
    ++line_;
  }
}

Status CsvReader::read_field(std::string& field) {
  const auto start = left_.find_first_not_of(" \t");
  if (start == std::string_view::npos || left_[start] != '"') return read_plain(field);
  left_.remove_prefix(start + 1);
  HIL_TRY(read_quoted(field));
  left_.remove_prefix(std::min(left_.find_first_not_of(" \t"), left_.size()));
  if (at_row_end() || left_.front() == ',') return {};
  return wrong("a closing quote is followed by more than a comma");
}

Status CsvReader::read_quoted(std::string& field) {
  for (;;) {
    const auto quote = left_.find('"');
    if (quote == std::string_view::npos) return wrong("a quote is not closed");
    const std::string_view piece = left_.substr(0, quote);
    if (piece.find('\0') != std::string_view::npos) return wrong("a NUL byte");
    for (const char c : piece)
      line_ += c == '\n' ? 1U : 0U;
    field += piece;
    left_.remove_prefix(quote + 1);
    if (!left_.starts_with('"')) return {};
    field += '"';
    left_.remove_prefix(1);
  }
}

Status CsvReader::read_plain(std::string& field) {
  std::string_view text = left_.substr(0, left_.find_first_of(",\n"));
  left_.remove_prefix(text.size());
  if (text.ends_with('\r') && !left_.starts_with(',')) text.remove_suffix(1);
  if (text.find('"') != std::string_view::npos) return wrong("a quote inside a plain field");
  if (text.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) {
    return wrong("a NUL byte or a lone carriage return");
  }
  field = trimmed(text);
  return {};
}

bool CsvReader::at_row_end() const {
  return left_.empty() || left_.front() == '\n' || left_ == "\r" || left_.starts_with("\r\n");
}

void CsvReader::take_row_end() {
  const auto end = left_.find('\n');
  if (end == std::string_view::npos) {
    left_ = {};
    return;
  }
  left_.remove_prefix(end + 1);
  ++line_;
}

Error CsvReader::wrong(const std::string& what) const {
  return {Blame::kUser, fmt::format("{} line {}: {}", where_, line_, what),
          "fields with quotes, commas or line ends stand in double quotes (RFC 4180)"};
}

}  // namespace hil::data
