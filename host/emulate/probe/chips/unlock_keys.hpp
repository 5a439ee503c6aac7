// SPDX-License-Identifier: Apache-2.0
// The two-key lock of ST's flash controllers.
#pragma once

#include <cstdint>

namespace hil::emulate {

/// Opens when the first and then the second key are written to its register. A wrong one jams it
/// until the next reset.
class UnlockKeys {
 public:
  constexpr UnlockKeys(std::uint32_t first, std::uint32_t second)
      : first_(first), second_(second) {}

  /// True if @p value is the one that opens.
  bool write(std::uint32_t value) {
    if (state_ == State::kStart && value == first_) {
      state_ = State::kHalfway;
      return false;
    }
    const bool opens = state_ == State::kHalfway && value == second_;
    state_ = opens ? State::kStart : State::kJammed;
    return opens;
  }
  void reset() { state_ = State::kStart; }

 private:
  enum class State : std::uint8_t { kStart, kHalfway, kJammed };
  std::uint32_t first_;
  std::uint32_t second_;
  State state_ = State::kStart;
};

}  // namespace hil::emulate
