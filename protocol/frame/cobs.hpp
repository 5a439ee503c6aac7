// SPDX-License-Identifier: Apache-2.0
// Consistent overhead byte stuffing: bytes without 0x00, so that 0x00 can end a frame.
// Source: S. Cheshire, M. Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM ToN 7(2), 1999.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hil::frame {

inline constexpr std::uint8_t kDelimiter = 0x00;

/// Bytes that @p size bytes take at most when stuffed, without the delimiter.
constexpr std::size_t cobs_max_size(std::size_t size) {
  return size + size / 254 + 1;
}

/// Stuffs bytes pushed one at a time into a buffer of at least cobs_max_size() + 1 bytes.
class CobsWriter {
 public:
  constexpr explicit CobsWriter(std::span<std::uint8_t> out) : out_(out) {}

  constexpr void push(std::uint8_t byte) {
    if (!block_open_) open_block();
    if (byte != kDelimiter) {
      out_[size_++] = byte;
      if (++code_ == 0xFF) close_block();  // a full block carries no implied zero
      return;
    }
    close_block();
    open_block();
  }
  constexpr void push(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes)
      push(byte);
  }
  /// Ends the frame with the delimiter and returns its size in bytes.
  constexpr std::size_t finish() {
    if (block_open_) close_block();
    out_[size_++] = kDelimiter;
    return size_;
  }

 private:
  constexpr void open_block() {
    code_at_ = size_++;
    code_ = 1;
    block_open_ = true;
  }
  constexpr void close_block() {
    out_[code_at_] = code_;
    block_open_ = false;
  }
  std::span<std::uint8_t> out_;
  std::size_t size_ = 0;
  std::size_t code_at_ = 0;
  std::uint8_t code_ = 1;
  bool block_open_ = false;
};

}  // namespace hil::frame
