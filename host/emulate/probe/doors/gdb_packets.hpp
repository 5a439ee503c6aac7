// SPDX-License-Identifier: Apache-2.0
// Packets of gdb's remote serial protocol: framing, checksum, hexadecimal fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hil::emulate {

/// "$payload#xx" with the checksum of the protocol: the sum of the payload's bytes modulo 256. @p
/// payload must not need escapes (no '$', '#', '}', '*').
std::string gdb_packet(std::string_view payload);

/// Finds packets in a byte stream; pure and resumable at any byte. Acknowledgements and whatever
/// else is between packets are skipped, a packet with a wrong checksum too.
class GdbPacketReader {
 public:
  /// No packet of QEMU's stub is longer (its PacketSize is 0x1000).
  static constexpr std::size_t kMaxPacketBytes = 16384;

  [[nodiscard]] std::string& buffer() { return buffer_; }
  /// The payload of the next whole packet, escapes and repeats undone; nothing if more bytes are
  /// needed.
  std::optional<std::string> next();
  /// A packet longer than the limit has come; the stream can't be followed any more.
  [[nodiscard]] bool overflowed() const { return overflowed_; }

 private:
  std::string buffer_;
  bool overflowed_ = false;
};

/// The number whose little-endian bytes @p hex shows, as stubs show registers: "78563412" is
/// 0x12345678. Nothing if it is empty, longer than 16 digits, of odd length, or no hexadecimal.
std::optional<std::uint64_t> number_from_hex(std::string_view hex);

/// The reverse: @p size_bytes bytes of @p value, the lowest first.
std::string hex_of_number(std::uint64_t value, std::size_t size_bytes);

}  // namespace hil::emulate
