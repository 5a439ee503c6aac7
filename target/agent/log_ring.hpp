// SPDX-License-Identifier: Apache-2.0
// The log's last lines, numbered; the oldest make room for new ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/byte_ring.hpp"

namespace hil::agent {

class LogRing {
 public:
  static constexpr std::size_t kMostText = 95;   ///< bytes of a line, as in log.options
  static constexpr std::size_t kHeadBytes = 10;  ///< that a line takes beside its text
  static constexpr std::size_t kLeastBytes = 64;

  /// What is known of a line beside its text.
  struct Head {
    std::uint64_t ticks = 0;
    std::uint8_t level = 0;
    std::uint8_t text_bytes = 0;
  };

  /// @p memory: at least kLeastBytes.
  constexpr explicit LogRing(std::span<std::uint8_t> memory) : bytes_(memory) {}

  /// Appends a line and drops as many of the oldest as needed. Text that is longer than kMostText
  /// or the whole ring is cut; bytes that are not ASCII become '?'.
  void add(std::uint8_t level, std::uint64_t ticks, const char* text);

  /// Numbers: of the oldest line kept (next() if none is), and of the next one. The first is 1.
  [[nodiscard]] std::uint32_t oldest() const { return oldest_; }
  [[nodiscard]] std::uint32_t next() const { return next_; }

  /// Reads line @p number, from oldest() to next() - 1. Its text goes to @p text, cut to that, and
  /// ends with NUL; no text if @p text is empty.
  Head read(std::uint32_t number, std::span<char> text) const;

 private:
  frame::ByteRing bytes_;  ///< per line: length of the text, level, ticks, text
  std::uint32_t oldest_ = 1;
  std::uint32_t next_ = 1;
};

}  // namespace hil::agent
