// SPDX-License-Identifier: Apache-2.0
// How often QEMU may be started again, so that firmware that crashes at once does not spin.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

#include "host/base/deadline.hpp"

namespace hil::emulate {

enum class Restart : std::uint8_t {
  kRun,     ///< start it and let the firmware run
  kHold,    ///< start it, but keep the core from running: the firmware ends QEMU again and again
  kGiveUp,  ///< not even that helps
};

/// Pure; not thread-safe.
class RestartBudget {
 public:
  using Clock = Deadline::Clock;
  static constexpr std::chrono::minutes kWithin{1};
  static constexpr std::size_t kMostRuns = 3;       ///< restarts within that time
  static constexpr std::size_t kMostRestarts = 12;  ///< of both kinds

  /// QEMU ended by itself at @p now: what to do. Counts it.
  Restart next(Clock::time_point now) {
    while (!ends_.empty() && now - ends_.front() >= kWithin)
      ends_.pop_front();
    ends_.push_back(now);
    if (ends_.size() > kMostRestarts) return Restart::kGiveUp;
    return ends_.size() > kMostRuns ? Restart::kHold : Restart::kRun;
  }

 private:
  std::deque<Clock::time_point> ends_;
};

}  // namespace hil::emulate
