// SPDX-License-Identifier: Apache-2.0
// Sample words of a PPK2, put together bit by bit for tests.
#pragma once

#include <cstdint>
#include <vector>

namespace hil::energy::ppk2 {

/// One word; the counter follows from @p index.
inline std::uint32_t word_of(std::uint64_t index, std::uint32_t code, std::uint32_t range = 2,
                             std::uint32_t logic = 0) {
  return code | range << 14 | static_cast<std::uint32_t>(index % 64) << 18 | logic << 24;
}

/// A code by which a sample is known again; differs from its neighbours in all bits now and then.
inline std::uint32_t code_of(std::uint64_t index) {
  return static_cast<std::uint32_t>(index * 2654435761u >> 7) % 16000 + 1;
}

inline void append(std::vector<std::uint8_t>& bytes, std::uint32_t word) {
  for (unsigned i = 0; i < 4; ++i)
    bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
}

/// Words @p first to before @p end.
inline std::vector<std::uint8_t> stream_of(std::uint64_t first, std::uint64_t end) {
  std::vector<std::uint8_t> bytes;
  for (std::uint64_t i = first; i < end; ++i)
    append(bytes, word_of(i, code_of(i)));
  return bytes;
}

}  // namespace hil::energy::ppk2
