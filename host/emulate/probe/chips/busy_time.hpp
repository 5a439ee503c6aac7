// SPDX-License-Identifier: Apache-2.0
// For how long a flash controller says that it is busy.
#pragma once

#include <algorithm>
#include <chrono>

namespace hil::emulate {

/// Real time: what a flash tool's time-outs see. Work is queued behind work that still goes on.
class BusyTime {
 public:
  void add(std::chrono::microseconds time) {
    if (time.count() > 0) until_ = std::max(until_, Clock::now()) + time;
  }
  void clear() { until_ = {}; }
  /// True while something goes on.
  [[nodiscard]] bool busy() const { return until_ != Clock::time_point() && Clock::now() < until_; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point until_{};
};

}  // namespace hil::emulate
