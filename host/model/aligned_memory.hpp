// SPDX-License-Identifier: Apache-2.0
// Memory on the host of the alignment that plans and arenas need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/plan/format.hpp"

namespace hil::model {

/// Zeroed bytes that start at a multiple of plan::kAlignment.
class AlignedMemory {
 public:
  AlignedMemory() = default;
  /// May throw std::bad_alloc.
  explicit AlignedMemory(std::size_t size)
      : blocks_((size + sizeof(Block) - 1) / sizeof(Block)), size_(size) {}

  [[nodiscard]] std::span<std::uint8_t> bytes() {
    return {blocks_.empty() ? nullptr : blocks_.front().bytes, size_};
  }

 private:
  struct alignas(plan::kAlignment) Block {
    std::uint8_t bytes[plan::kAlignment];
  };
  std::vector<Block> blocks_;
  std::size_t size_ = 0;
};

}  // namespace hil::model
