// SPDX-License-Identifier: Apache-2.0
// Fuzzes the record reader: what it accepts is written as text that it reads as the same record.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/report/json_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = hil::report::parse_record(text, "fuzz.json");
  if (!record) {
    if (record.error().what.find("fuzz.json") == std::string::npos) __builtin_trap();
    return 0;
  }
  const std::string written = hil::report::json_text(*record);
  const auto again = hil::report::parse_record(written, "again.json");
  if (!again || hil::report::json_text(*again) != written) __builtin_trap();
  return 0;
}
