// SPDX-License-Identifier: Apache-2.0
// Framing of gdb's remote serial protocol ("Debugging with gdb", appendix E.1).
#include "host/emulate/probe/doors/gdb_packets.hpp"

#include <fmt/format.h>

#include <numeric>

namespace hil::emulate {
namespace {

std::uint8_t checksum_of(std::string_view body) {
  return std::accumulate(body.begin(), body.end(), std::uint8_t{0}, [](std::uint8_t sum, char c) {
    return static_cast<std::uint8_t>(sum + static_cast<std::uint8_t>(c));
  });
}

std::optional<std::uint8_t> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<std::uint8_t> byte_from_hex(std::string_view two) {
  const auto high = digit(two[0]);
  const auto low = digit(two[1]);
  if (!high || !low) return std::nullopt;
  return static_cast<std::uint8_t>(*high << 4 | *low);
}

/// Undoes escapes ('}', then the byte with bit 5 flipped) and repeats ('*', then the count + 29).
/// Nothing if the payload would be longer than a packet may be.
std::optional<std::string> plain(std::string_view body) {
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool more = i + 1 < body.size();
    if (body[i] == '}' && more) {
      out += static_cast<char>(body[++i] ^ 0x20);
    } else if (body[i] == '*' && more && !out.empty() && body[i + 1] > 28) {
      out.append(static_cast<std::size_t>(body[++i] - 29), out.back());
    } else {
      out += body[i];
    }
    if (out.size() > GdbPacketReader::kMaxPacketBytes) return std::nullopt;
  }
  return out;
}

}  // namespace

std::string gdb_packet(std::string_view payload) {
  return fmt::format("${}#{:02x}", payload, checksum_of(payload));
}

std::optional<std::string> GdbPacketReader::next() {
  while (!overflowed_) {
    buffer_.erase(0, buffer_.find('$'));  // npos: all of it
    const std::size_t end = buffer_.find('#');
    if (end == std::string::npos || buffer_.size() < end + 3) {
      overflowed_ = buffer_.size() > kMaxPacketBytes + 4;
      return std::nullopt;
    }
    const std::string_view body = std::string_view(buffer_).substr(1, end - 1);
    const bool right =
        byte_from_hex(std::string_view(buffer_).substr(end + 1, 2)) == checksum_of(body);
    auto payload = plain(body);
    buffer_.erase(0, end + 3);
    if (right && payload) return payload;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number_from_hex(std::string_view hex) {
  if (hex.empty() || hex.size() > 16 || hex.size() % 2 != 0) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = hex.size(); i > 0; i -= 2) {
    const auto byte = byte_from_hex(hex.substr(i - 2, 2));
    if (!byte) return std::nullopt;
    value = value << 8 | *byte;
  }
  return value;
}

std::string hex_of_number(std::uint64_t value, std::size_t size_bytes) {
  std::string out;
  for (std::size_t i = 0; i < size_bytes; ++i)
    out += fmt::format("{:02x}", value >> (8 * i) & 0xFF);
  return out;
}

}  // namespace hil::emulate
