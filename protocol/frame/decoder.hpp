// SPDX-License-Identifier: Apache-2.0
// Takes bytes off a line one at a time and gives whole, checked frames; resyncs by construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/frame.hpp"

namespace hil::frame {

/// Works in the caller's buffer, which must hold body_size() of the largest payload.
class Decoder {
 public:
  enum class Event : std::uint8_t {
    kNone,       ///< in the middle of a frame, or an empty one (two delimiters in a row)
    kFrame,      ///< body() is a frame with a good CRC
    kCrcError,   ///< a frame came whole but its CRC is wrong
    kMalformed,  ///< stuffing broken, or too short to be a frame
    kOverlong,   ///< longer than the buffer
  };

  constexpr explicit Decoder(std::span<std::uint8_t> buffer) : buffer_(buffer) {}

  /// Takes one byte of the line. Errors are reported at the delimiter that ends the bad frame.
  constexpr Event push(std::uint8_t byte) {
    if (byte == kDelimiter) return finish();
    ++raw_bytes_;
    if (remaining_ == 0) {
      start_block(byte);
    } else {
      --remaining_;
      store(byte);
    }
    return Event::kNone;
  }

  /// Header and payload of the last kFrame, without its CRC; valid until the next push().
  [[nodiscard]] constexpr std::span<const std::uint8_t> body() const {
    return buffer_.first(body_bytes_);
  }
  /// Bytes on the line, without the delimiter, of the last event that was not kNone.
  [[nodiscard]] constexpr std::size_t last_raw_bytes() const { return last_raw_bytes_; }
  /// True when no byte of a frame has been taken since the last delimiter.
  [[nodiscard]] constexpr bool idle() const { return raw_bytes_ == 0; }

 private:
  constexpr void start_block(std::uint8_t code) {
    if (zero_due_) store(0);
    remaining_ = static_cast<std::uint8_t>(code - 1);
    zero_due_ = code != 0xFF;
  }
  constexpr void store(std::uint8_t byte) {
    if (size_ == buffer_.size()) {
      overlong_ = true;
    } else {
      buffer_[size_++] = byte;
    }
  }
  constexpr Event finish() {
    const Event event = judge();
    last_raw_bytes_ = raw_bytes_;
    raw_bytes_ = size_ = 0;
    remaining_ = 0;
    zero_due_ = overlong_ = false;
    return event;
  }
  constexpr Event judge() {
    if (raw_bytes_ == 0) return Event::kNone;
    if (overlong_) return Event::kOverlong;
    if (remaining_ != 0 || size_ < kHeaderBytes + kCrcBytes) return Event::kMalformed;
    body_bytes_ = size_ - kCrcBytes;
    ByteReader reader(std::span<const std::uint8_t>(buffer_).subspan(body_bytes_, kCrcBytes));
    return reader.take<std::uint32_t>() == crc32(body()) ? Event::kFrame : Event::kCrcError;
  }

  std::span<std::uint8_t> buffer_;
  std::size_t size_ = 0;
  std::size_t body_bytes_ = 0;
  std::size_t raw_bytes_ = 0;
  std::size_t last_raw_bytes_ = 0;
  std::uint8_t remaining_ = 0;
  bool zero_due_ = false;
  bool overlong_ = false;
};

}  // namespace hil::frame
