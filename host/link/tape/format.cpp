// SPDX-License-Identifier: Apache-2.0
// Records as bytes.
#include "host/link/tape/format.hpp"

#include <span>
#include <string_view>

namespace hil::tape {
namespace {

/// LEB128: seven bits a byte, the lowest first; the top bit says that more follow.
void put_number(std::uint64_t number, std::vector<std::uint8_t>& out) {
  while (number >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(number | 0x80));
    number >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(number));
}

void put_sized(std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>& out) {
  put_number(bytes.size(), out);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_text(std::string_view text, std::vector<std::uint8_t>& out) {
  out.insert(out.end(), text.begin(), text.end());
}

void put_content(const Record& record, std::vector<std::uint8_t>& out) {
  switch (record.kind) {
    case Kind::kOut:
    case Kind::kIn:
      out.insert(out.end(), record.bytes.begin(), record.bytes.end());
      break;
    case Kind::kClock:
    case Kind::kRate:
      put_number(record.number, out);
      break;
    case Kind::kStop:
      put_number(record.number, out);
      put_number(record.other, out);
      break;
    case Kind::kFailed:
      put_number(record.number, out);
      put_number(record.other, out);
      put_sized(record.bytes, out);
      put_text(record.text, out);
      break;
    case Kind::kLine:
      put_number(record.number, out);
      put_text(record.text, out);
      break;
    case Kind::kNote:
      put_sized(record.bytes, out);
      put_text(record.text, out);
      break;
    case Kind::kWait:
    case Kind::kStamp:
    case Kind::kEnd:
      break;
  }
}

}  // namespace

void append_record(const Record& record, std::uint64_t last_ns, std::vector<std::uint8_t>& block) {
  block.push_back(static_cast<std::uint8_t>(record.kind));
  put_number(record.at_ns - last_ns, block);
  std::vector<std::uint8_t> content;
  put_content(record, content);
  put_sized(content, block);
}

}  // namespace hil::tape
