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

/// A WAV file of 16-bit PCM; @p format is its coding (1: PCM).
inline Bytes wav(const std::vector<std::int16_t>& values, std::uint32_t rate = 16000,
                 std::uint16_t channels = 1, std::uint16_t format = 1) {
  const Bytes data = bytes_of(values);
  const Bytes head = bytes_of<std::uint16_t>({format, channels}) + word(rate) +
                     word(rate * channels * 2U) +
                     bytes_of<std::uint16_t>({static_cast<std::uint16_t>(channels * 2), 16});
  const Bytes body = text("WAVEfmt ") + word(16) + head + text("data") +
                     word(static_cast<std::uint32_t>(data.size())) + data;
  return text("RIFF") + word(static_cast<std::uint32_t>(body.size())) + body;
}

inline void write(const std::filesystem::path& path, const Bytes& bytes) {
  std::filesystem::create_directories(path.parent_path());
  ASSERT_TRUE(write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}).ok());
}

inline void write(const std::filesystem::path& path, const std::string& words) {
  write(path, text(words));
}

}  // namespace hil::data::test
