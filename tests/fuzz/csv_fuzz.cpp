// SPDX-License-Identifier: Apache-2.0
// Fuzzes the CSV parser: it ends, its lines ascend, and what it read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/data/formats/csv.hpp"

namespace {

std::string quoted(const std::string& field) {
  std::string text = "\"";
  for (const char c : field) {
    text += c;
    if (c == '"') text += c;
  }
  return text + "\"";
}

void expect_same(const hil::data::CsvRow& row) {
  std::string line;
  for (const std::string& field : row.fields)
    line += (line.empty() ? "" : ",") + quoted(field);
  hil::data::CsvReader again(line, "again.csv");
  hil::data::CsvRow read;
  const auto more = again.next(read);
  if (!more || !*more || read.fields != row.fields) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  hil::data::CsvReader reader(text, "fuzz.csv");
  hil::data::CsvRow row;
  std::uint32_t line = 0;
  for (;;) {
    const auto more = reader.next(row);
    if (!more && more.error().what.find("fuzz.csv") == std::string::npos) __builtin_trap();
    if (!more || !*more) return 0;
    if (row.fields.empty() || row.line <= line) __builtin_trap();
    line = row.line;
    expect_same(row);
  }
}
