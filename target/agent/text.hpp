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

  TextWriter& put(const char* text) {
    while (*text != '\0')
      put_char(*text++);
    return *this;
  }
  TextWriter& put(std::uint64_t number) {
    char digits[20];  // of 2^64 - 1
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    while (count > 0)
      put_char(digits[--count]);
    return *this;
  }
  /// Hexadecimal, without leading zeros.
  TextWriter& put_hex(std::uint32_t number) {
    int shift = 28;
    while (shift > 0 && number >> shift == 0)
      shift -= 4;
    for (; shift >= 0; shift -= 4)
      put_char("0123456789abcdef"[(number >> shift) & 15u]);
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void put_char(char c) {
    if (size_ + 1 >= out_.size()) return;
    out_[size_++] = c;
    out_[size_] = '\0';
  }
  std::span<char> out_;
  std::size_t size_ = 0;
};

}  // namespace hil::agent
