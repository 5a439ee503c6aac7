// SPDX-License-Identifier: Apache-2.0
// The numbers of our trace format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// A file: 8 bytes of magic, u16 major, u16 minor, u32 0, then blocks. All numbers little-endian. A
// block is one zstd frame that states its size and has a checksum; unpacked it is one byte of kind,
// then:
//
//   kHeader         JSON: meter, accuracy, supply, rate, rails, logic bits; first and once
//   kSamples        u32 count, flags, logic (if there are inputs), then for each rail its values
//                   and, if it has them, its voltages: float32, split into four planes of bytes
//                   (all lowest ones first), since the high bytes of neighbours are alike
//   kEvents         JSON: array of events
//   kDeviceWindows  JSON: array
//   kWindows        JSON: array
//   kOptions        JSON: object of texts
//   kEnd            u64 samples, SHA-256 of all bytes of the file before this block
//
// Kinds above kEnd are skipped: a newer minor version's. A file without kEnd is cut off.

namespace hil::energy::trace_format {

inline constexpr std::array<std::uint8_t, 8> kMagic{'h', 'i', 'l', 't', 'r', 'c', 'e', '\n'};
inline constexpr std::size_t kFileHeaderBytes = 16;
inline constexpr std::uint16_t kMajor = 1;  ///< another one is refused
inline constexpr std::uint16_t kMinor = 0;

enum class Block : std::uint8_t {
  kHeader = 1,
  kSamples = 2,
  kEvents = 3,
  kDeviceWindows = 4,
  kWindows = 5,
  kOptions = 6,
  kEnd = 7,
};

inline constexpr std::size_t kMostBlockBytes = 16u << 20;  ///< unpacked
/// JSON in memory is up to 40 times as large.
inline constexpr std::size_t kMostJsonBytes = 4u << 20;
inline constexpr std::size_t kMostRails = 64;
inline constexpr std::size_t kMostSteps = 256;       ///< of Accuracy
inline constexpr std::size_t kSampleBlock = 65'536;  ///< samples in a block, if they fit
inline constexpr std::size_t kRowsInBlock = 4'096;   ///< events or windows in a block
inline constexpr std::size_t kEndBytes = 1 + 8 + 32;

}  // namespace hil::energy::trace_format
