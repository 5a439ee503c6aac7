// SPDX-License-Identifier: Apache-2.0
// Text and numbers into a fixed buffer; what the C library's printf would need a heap for.
#include "target/agent/text.hpp"

namespace hil::agent {

TextWriter& TextWriter::put(const char* text) {
  while (*text != '\0')
    put_char(*text++);
  return *this;
}

TextWriter& TextWriter::put(std::span<const std::uint8_t> text) {
  for (const std::uint8_t byte : text)
    put_char(static_cast<char>(byte));
  return *this;
}

TextWriter& TextWriter::put(std::uint64_t number) {
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

TextWriter& TextWriter::put_hex(std::uint32_t number) {
  int shift = 28;
  while (shift > 0 && number >> shift == 0)
    shift -= 4;
  for (; shift >= 0; shift -= 4)
    put_char("0123456789abcdef"[(number >> shift) & 15u]);
  return *this;
}

void TextWriter::put_char(char c) {
  if (size_ + 1 >= out_.size()) return;
  out_[size_++] = c;
  out_[size_] = '\0';
}

}  // namespace hil::agent
