// SPDX-License-Identifier: Apache-2.0
// Cuts a byte stream into lines of limited length.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace hil::emulate {

/// Pure and resumable at any byte: append to buffer(), take lines by next().
class LineReader {
 public:
  /// A longer line makes the reader overflowed() for good.
  explicit LineReader(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  [[nodiscard]] std::string& buffer() { return buffer_; }

  /// The next whole line, without its end ("\n" or "\r\n"); nothing if more bytes are needed.
  std::optional<std::string> next() {
    const std::size_t end = buffer_.find('\n', looked_at_);
    if (end == std::string::npos || end > max_line_bytes_) {
      looked_at_ = buffer_.size();
      overflowed_ = overflowed_ || looked_at_ > max_line_bytes_;
      return std::nullopt;
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    looked_at_ = 0;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
  }

  [[nodiscard]] bool overflowed() const { return overflowed_; }

 private:
  std::size_t max_line_bytes_;
  std::string buffer_;
  std::size_t looked_at_ = 0;  ///< so many bytes hold no line end
  bool overflowed_ = false;
};

}  // namespace hil::emulate
