// SPDX-License-Identifier: Apache-2.0
// Files for the tests of datasets, built byte by byte.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "host/base/file.hpp"

namespace hil::data::test {

using Bytes = std::vector<std::uint8_t>;

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Bytes text(const std::string& words) {
  return {words.begin(), words.end()};
}

/// An NPY file of format 1.0 with @p dictionary as its header and @p data behind it.
inline Bytes npy(const std::string& dictionary, const Bytes& data) {
  Bytes file = text("\x93NUMPY");
  file.insert(file.end(), {1, 0, static_cast<std::uint8_t>(dictionary.size() & 0xff),
                           static_cast<std::uint8_t>(dictionary.size() >> 8)});
  return file + text(dictionary) + data;
}

/// The dictionary as NumPy writes it, without padding.
inline std::string header(const std::string& descr, const std::string& shape,
                          const char* fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

inline Bytes word(std::uint32_t value) {
  return bytes_of<std::uint32_t>({value});
}

/// What the piece "fmt " of a WAV file says.
struct WavFormat {
  std::uint32_t rate_hz = 16000;
  std::uint16_t channels = 1;
  std::uint16_t coding = 1;  ///< 1: PCM, 3: floats
  std::uint16_t bits = 16;   ///< of one value
};

/// A WAV file with the pieces "fmt " and @p pieces.
inline Bytes wav_of(const WavFormat& format, const Bytes& pieces) {
  const std::uint32_t frame_bytes = format.channels * format.bits / 8U;
  const Bytes head =
      bytes_of<std::uint16_t>({format.coding, format.channels}) + word(format.rate_hz) +
      word(format.rate_hz * frame_bytes) +
      bytes_of<std::uint16_t>({static_cast<std::uint16_t>(frame_bytes), format.bits});
  const Bytes body = text("WAVEfmt ") + word(16) + head + pieces;
  return text("RIFF") + word(static_cast<std::uint32_t>(body.size())) + body;
}

/// A piece of a RIFF file; one of odd size is padded.
inline Bytes riff_piece(const std::string& name, const Bytes& data) {
  const Bytes piece = text(name) + word(static_cast<std::uint32_t>(data.size())) + data;
  return data.size() % 2 == 0 ? piece : piece + Bytes{0};
}

/// A WAV file of 16-bit values; @p coding is 1 for PCM.
inline Bytes wav(const std::vector<std::int16_t>& values, std::uint32_t rate = 16000,
                 std::uint16_t channels = 1, std::uint16_t coding = 1) {
  return wav_of({rate, channels, coding, 16}, riff_piece("data", bytes_of(values)));
}

inline void write(const std::filesystem::path& path, const Bytes& bytes) {
  std::filesystem::create_directories(path.parent_path());
  ASSERT_TRUE(write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}).ok());
}

inline void write(const std::filesystem::path& path, const std::string& words) {
  write(path, text(words));
}

}  // namespace hil::data::test
