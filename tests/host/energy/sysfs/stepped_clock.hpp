// SPDX-License-Identifier: Apache-2.0
// A clock that only moves when it is looked at, or told to.
#pragma once

#include <chrono>

#include "host/base/clock.hpp"

namespace hil::energy {

/// This thread's time while it lives: 50 us further at each look.
class SteppedClock : public ClockSource {
 public:
  time_point now() override { return at_ += std::chrono::microseconds(50); }
  time_point stamp() override { return now(); }
  std::chrono::system_clock::time_point utc_now() override { return {}; }
  int stop_signal(int real) override { return real; }

  void pass(std::chrono::nanoseconds time) { at_ += time; }

 private:
  time_point at_{std::chrono::hours(1)};
  ClockScope scope_{this};
};

}  // namespace hil::energy
