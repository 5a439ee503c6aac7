// SPDX-License-Identifier: Apache-2.0
// A byte queue in the caller's memory that can be looked into: received bytes wait in it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hil::frame {

class ByteRing {
 public:
  constexpr explicit ByteRing(std::span<std::uint8_t> memory) : memory_(memory) {}

  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr std::size_t free() const { return memory_.size() - size_; }
  constexpr void clear() { first_ = size_ = 0; }

  /// Appends @p bytes, which must fit in free().
  constexpr void push(std::span<const std::uint8_t> bytes) {
    put_ahead(0, bytes);
    extend(bytes.size());
  }
  /// Writes @p bytes into the free part, @p offset bytes behind the end; they must fit in free().
  constexpr void put_ahead(std::size_t offset, std::span<const std::uint8_t> bytes) {
    std::size_t at = (first_ + size_ + offset) % memory_.size();
    for (const std::uint8_t byte : bytes) {
      memory_[at] = byte;
      if (++at == memory_.size()) at = 0;
    }
  }
  /// Appends the next @p count bytes of the free part, which put_ahead() has written.
  constexpr void extend(std::size_t count) { size_ += count; }
  /// Copies @p out.size() bytes from @p offset bytes behind the front; they must be there.
  constexpr void peek(std::size_t offset, std::span<std::uint8_t> out) const {
    std::size_t at = (first_ + offset) % memory_.size();
    for (std::uint8_t& byte : out) {
      byte = memory_[at];
      if (++at == memory_.size()) at = 0;
    }
  }
  /// Drops @p count bytes from the front; they must be there.
  constexpr void drop(std::size_t count) {
    first_ = (first_ + count) % memory_.size();
    size_ -= count;
  }

 private:
  std::span<std::uint8_t> memory_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace hil::frame
