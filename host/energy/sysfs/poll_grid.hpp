// SPDX-License-Identifier: Apache-2.0
// Slots of equal length on the host's clock, each for one reading.
#pragma once

#include <chrono>
#include <cstdint>

#include "host/base/deadline.hpp"

namespace hil::energy {

/// Slot k covers [begin + k / rate, begin + (k + 1) / rate).
class PollGrid {
 public:
  using time_point = Deadline::Clock::time_point;

  PollGrid() = default;
  /// @p rate_hz is above 0.
  PollGrid(time_point begin, double rate_hz) : begin_(begin), rate_hz_(rate_hz) {}

  /// The slot that @p at lies in; 0 for what is before the first.
  [[nodiscard]] std::uint64_t slot_at(time_point at) const {
    const double since = std::chrono::duration<double>(at - begin_).count() * rate_hz_;
    if (!(since > 0)) return 0;
    const auto slot = static_cast<std::uint64_t>(since);
    // Rounding may put a slot's first nanosecond into the one before.
    return begin_of(slot + 1) <= at ? slot + 1 : slot;
  }
  /// When slot @p slot begins.
  [[nodiscard]] time_point begin_of(std::uint64_t slot) const {
    const std::chrono::duration<double> since(static_cast<double>(slot) / rate_hz_);
    return begin_ + std::chrono::ceil<Deadline::Clock::duration>(since);
  }

 private:
  time_point begin_{};
  double rate_hz_ = 1;
};

}  // namespace hil::energy
