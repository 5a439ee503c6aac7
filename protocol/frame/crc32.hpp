// SPDX-License-Identifier: Apache-2.0
// CRC-32 (ISO-HDLC: reflected 0x04C11DB7, initial and final value all ones) of frames and digests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hil::frame {

namespace detail {
constexpr std::array<std::uint32_t, 256> make_crc32_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value >> 1) ^ ((value & 1u) != 0 ? 0xEDB88320u : 0u);
    table[i] = value;
  }
  return table;
}
inline constexpr auto kCrc32Table = make_crc32_table();
}  // namespace detail

/// A CRC-32 taken over bytes that come in pieces. "123456789" gives 0xCBF43926.
class Crc32 {
 public:
  constexpr void update(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) {
      state_ = (state_ >> 8) ^ detail::kCrc32Table[(state_ ^ byte) & 0xFFu];
    }
  }
  [[nodiscard]] constexpr std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = 0xFFFFFFFFu;
};

/// The CRC-32 of @p bytes.
constexpr std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  Crc32 crc;
  crc.update(bytes);
  return crc.value();
}

}  // namespace hil::frame
