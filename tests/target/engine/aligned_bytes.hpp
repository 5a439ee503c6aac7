// SPDX-License-Identifier: Apache-2.0
// Memory for plans and arenas in tests: aligned as a plan needs it and not one byte too large.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "protocol/plan/format.hpp"

namespace hil::engine::testing {

/// Filled with 0x5A. A sanitizer sees every access outside.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t size)
      : data_(static_cast<std::uint8_t*>(::operator new(size, kAlign))), size_(size) {
    std::memset(data_, 0x5A, size);
  }
  explicit AlignedBytes(std::span<const std::uint8_t> content) : AlignedBytes(content.size()) {
    if (!content.empty()) std::memcpy(data_, content.data(), content.size());
  }
  ~AlignedBytes() { ::operator delete(data_, kAlign); }
  AlignedBytes(const AlignedBytes&) = delete;
  AlignedBytes& operator=(const AlignedBytes&) = delete;

  [[nodiscard]] std::span<std::uint8_t> bytes() const { return {data_, size_}; }

 private:
  static constexpr std::align_val_t kAlign{plan::kAlignment};
  std::uint8_t* data_;
  std::size_t size_;
};

}  // namespace hil::engine::testing
