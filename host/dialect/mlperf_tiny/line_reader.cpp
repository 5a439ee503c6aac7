// SPDX-License-Identifier: Apache-2.0
// LineReader: gathering a line, judging it.
#include "host/dialect/mlperf_tiny/line_reader.hpp"

#include <utility>

namespace hil::dialect::mlperf_tiny {
namespace {

bool is_printable(char c) {
  return c >= 0x20 && c <= 0x7E;
}

Line finished(std::string text, bool cut) {
  if (!text.empty() && text.back() == '\r') text.pop_back();
  Line line{std::move(text), cut};
  for (char& c : line.text) {
    if (is_printable(c)) continue;
    c = '?';
    line.garbled = true;
  }
  return line;
}

}  // namespace

void LineReader::push(std::span<const std::uint8_t> bytes) {
  bytes_.erase(0, at_);
  at_ = 0;
  bytes_.append(bytes.begin(), bytes.end());
}

std::optional<Line> LineReader::next() {
  while (at_ < bytes_.size()) {
    const char c = bytes_[at_++];
    if (c != '\n') {
      if (line_.size() < kMostLineChars) {
        line_.push_back(c);
      } else {
        cut_ = true;
      }
      continue;
    }
    Line line = finished(std::exchange(line_, {}), std::exchange(cut_, false));
    if (!line.text.empty()) return line;
  }
  return std::nullopt;
}

void LineReader::clear() {
  bytes_.clear();
  at_ = 0;
  line_.clear();
  cut_ = false;
}

}  // namespace hil::dialect::mlperf_tiny
