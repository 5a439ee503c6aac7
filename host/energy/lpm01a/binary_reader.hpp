// SPDX-License-Identifier: Apache-2.0
// Records out of the bytes that an LPM01A sends in format bin_hexa.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "host/energy/lpm01a/ascii_reader.hpp"
#include "host/energy/lpm01a/stream_record.hpp"

namespace hil::energy::lpm01a {

/// Two bytes are a sample, high byte first: the high nibble is a negative power of 16 (0 to 14),
/// the rest the mantissa (52A0 is 0x2A0 / 16^5). `F0 Fx ... FF FF` is metadata: F3 to F9 by their
/// length, because FF FF may be inside; F1 and F2 are text up to FF FF. Behind F4 (end) comes text.
/// Format: UM2269 rev 6; F5 is overcurrent (its table 42 prints F4 a second time).
///
/// A sample cannot be told from garbage, so the reader is in step from a whole time stamp on and
/// until something comes that cannot be; then it looks for the next one. Resumable at any byte.
class BinaryReader {
 public:
  /// Appends what @p bytes complete to @p records.
  void push(std::span<const std::uint8_t> bytes, std::vector<StreamRecord>& records);
  /// Bytes that were passed over while out of step.
  [[nodiscard]] std::uint64_t passed_over() const { return passed_over_; }

 private:
  enum class State : std::uint8_t { kSeek, kWord, kBlock, kText, kEnded };

  void take(std::uint8_t byte, std::vector<StreamRecord>& records);
  void seek(std::uint8_t byte, std::vector<StreamRecord>& records);
  void word(std::uint8_t first, std::uint8_t second, std::vector<StreamRecord>& records);
  void begin_block(std::uint8_t type);
  void block(std::uint8_t byte, std::vector<StreamRecord>& records);
  void text(std::uint8_t byte, std::vector<StreamRecord>& records);
  void lose_step(const char* why, std::vector<StreamRecord>& records);

  State state_ = State::kSeek;
  std::array<std::uint8_t, 9> held_{};  ///< bytes of the word, block or pattern so far
  std::size_t count_ = 0;
  std::size_t wanted_ = 0;   ///< bytes of the block behind F0 Fx, its FF FF among them
  std::uint8_t type_ = 0;    ///< Fx
  std::uint8_t before_ = 0;  ///< last byte of the last word
  std::string text_;
  bool had_end_ = false;  ///< the text's last byte was FF
  std::uint64_t passed_over_ = 0;
  AsciiReader tail_;  ///< of what comes behind the end
};

/// The value of sample @p word: mantissa * 16^-exponent; the exponent is 0 to 14.
double value_of(std::uint16_t word);

}  // namespace hil::energy::lpm01a
