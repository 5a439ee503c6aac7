// SPDX-License-Identifier: Apache-2.0
// Text and numbers into a fixed buffer; what the C library's printf would need a heap for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hil::agent {

/// Appends to a caller's buffer; always NUL-terminated, cut where the buffer ends.
class TextWriter {
 public:
  explicit TextWriter(std::span<char> out) : out_(out) {
    if (!out_.empty()) out_[0] = '\0';
  }

  TextWriter& put(const char* text);
  TextWriter& put(std::span<const std::uint8_t> text);
  TextWriter& put(std::uint64_t number);
  /// Hexadecimal, without leading zeros.
  TextWriter& put_hex(std::uint32_t number);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void put_char(char c);

  std::span<char> out_;
  std::size_t size_ = 0;
};

}  // namespace hil::agent
