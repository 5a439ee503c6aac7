// SPDX-License-Identifier: Apache-2.0
// Lines of hexadecimal bytes.
#include "host/flash/formats/text_records.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::flash {
namespace {

constexpr std::string_view kBlanks = " \t";

/// The value of a hexadecimal digit, -1 if it is none.
int value_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

std::string_view trimmed(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  return line.substr(0, line.find_last_not_of(kBlanks) + 1);
}

}  // namespace

std::uint32_t RecordBytes::number(std::size_t from, std::size_t size) const {
  std::uint32_t value = 0;
  for (std::size_t i = from; i < from + size; ++i)
    value = value << 8 | bytes.at(i);
  return value;
}

std::uint8_t RecordBytes::sum(std::size_t end) const {
  unsigned sum = 0;
  for (std::size_t i = 0; i < end; ++i)
    sum += bytes.at(i);
  return static_cast<std::uint8_t>(sum);
}

bool RecordLines::next() {
  while (!left_.empty()) {
    ++number_;
    const std::size_t end = std::min(left_.find_first_of("\r\n"), left_.size());
    line_ = trimmed(left_.substr(0, end));
    const bool two = left_.substr(end, 2) == "\r\n";
    left_.remove_prefix(std::min(end + (two ? 2 : 1), left_.size()));
    if (!line_.empty()) return true;
  }
  line_ = {};
  return false;
}

Error RecordLines::broken(std::string_view what) const {
  return {Blame::kUser, fmt::format("line {}: {}", number_, what),
          "it is damaged or cut off; build or fetch it again"};
}

Result<RecordBytes> RecordLines::bytes(std::size_t skip) const {
  const std::string_view digits = line_.substr(std::min(skip, line_.size()));
  RecordBytes record;
  if (digits.size() % 2 != 0) return broken("an odd number of digits");
  if (digits.size() / 2 > record.bytes.size()) return broken("too long for a record");
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = value_of(digits[i]);
    const int low = value_of(digits[i + 1]);
    if (high < 0 || low < 0) {
      return broken(fmt::format("column {} is no pair of hexadecimal digits", skip + i + 1));
    }
    record.bytes.at(record.count++) = static_cast<std::uint8_t>(high * 16 + low);
  }
  return record;
}

}  // namespace hil::flash
