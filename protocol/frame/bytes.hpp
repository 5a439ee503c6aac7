// SPDX-License-Identifier: Apache-2.0
// Little-endian numbers in byte spans, with bounds: every fixed layout of the wire is read this
// way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace hil::frame {

/// Takes numbers off the front of a span. Reading past the end gives 0 and makes ok() false.
class ByteReader {
 public:
  constexpr explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <class T>
  constexpr T take() {
    static_assert(std::is_unsigned_v<T>);
    if (bytes_.size() < sizeof(T)) {
      ok_ = false;
      bytes_ = {};
      return 0;
    }
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
      value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) | bytes_[i]);
    }
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }
  /// The next @p size bytes; empty (and not ok) if fewer are left.
  constexpr std::span<const std::uint8_t> take_bytes(std::size_t size) {
    if (bytes_.size() < size) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  [[nodiscard]] constexpr bool ok() const { return ok_; }

 private:
  std::span<const std::uint8_t> bytes_;
  bool ok_ = true;
};

/// Puts numbers into a span. Writing past the end is dropped and makes ok() false.
class ByteWriter {
 public:
  constexpr explicit ByteWriter(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  template <class T>
  constexpr void put(T value) {
    static_assert(std::is_unsigned_v<T>);
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      put_byte(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
  }
  constexpr void put_bytes(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes)
      put_byte(byte);
  }
  [[nodiscard]] constexpr bool ok() const { return ok_; }
  [[nodiscard]] constexpr std::span<const std::uint8_t> written() const {
    return bytes_.first(size_);
  }

 private:
  constexpr void put_byte(std::uint8_t byte) {
    if (size_ == bytes_.size()) {
      ok_ = false;
      return;
    }
    bytes_[size_++] = byte;
  }
  std::span<std::uint8_t> bytes_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace hil::frame
