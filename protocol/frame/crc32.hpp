// SPDX-License-Identifier: Apache-2.0
// CRC-32 (ISO-HDLC: reflected 0x04C11DB7, initial and final value all ones) of frames and digests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hil::frame {

namespace detail {
/// What @p kBits bits at the low end of the state do to it.
template <unsigned kBits>
constexpr std::array<std::uint32_t, 1u << kBits> make_crc32_table() {
  std::array<std::uint32_t, 1u << kBits> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (unsigned bit = 0; bit < kBits; ++bit)
      value = (value >> 1) ^ ((value & 1u) != 0 ? 0xEDB88320u : 0u);
    table[i] = value;
  }
  return table;
}
template <unsigned kBits>
inline constexpr auto kCrc32Table = make_crc32_table<kBits>();
}  // namespace detail

/// A CRC-32 taken over bytes that come in pieces, @p kBits (4 or 8) at a time: 64 or 1,024 bytes of
/// table.
template <unsigned kBits>
class BasicCrc32 {
 public:
  constexpr void update(std::span<const std::uint8_t> bytes) {
    constexpr std::uint32_t kMask = (1u << kBits) - 1;
    for (const std::uint8_t byte : bytes) {
      state_ ^= byte;
      for (unsigned done = 0; done < 8; done += kBits)
        state_ = (state_ >> kBits) ^ detail::kCrc32Table<kBits>[state_ & kMask];
    }
  }
  [[nodiscard]] constexpr std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = 0xFFFFFFFFu;
};

// Built for size (the agents of boards), 960 bytes of flash are worth a few cycles per byte: a line
// brings 11 kB/s.
#ifdef __OPTIMIZE_SIZE__
using Crc32 = BasicCrc32<4>;
#else
using Crc32 = BasicCrc32<8>;
#endif

/// The CRC-32 of @p bytes. "123456789" gives 0xCBF43926.
constexpr std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  Crc32 crc;
  crc.update(bytes);
  return crc.value();
}

}  // namespace hil::frame
