// SPDX-License-Identifier: Apache-2.0
// A point in time by which something must be done; made once, passed down, never re-created.
#pragma once

#include <algorithm>
#include <chrono>

#include "host/base/clock.hpp"

namespace hil {

class Deadline {
 public:
  using Clock = hil::Clock;

  /// @p duration from now.
  static Deadline after(Clock::duration duration) { return Deadline(Clock::now() + duration); }
  /// At @p at.
  static Deadline until(Clock::time_point at) { return Deadline(at); }
  /// No limit.
  static Deadline never() { return Deadline(Clock::time_point::max()); }
  /// The earlier of the two.
  static Deadline earlier(Deadline a, Deadline b) { return a.at_ < b.at_ ? a : b; }

  [[nodiscard]] bool expired() const { return Clock::now() >= at_; }
  /// Time left, zero if expired.
  [[nodiscard]] Clock::duration remaining() const {
    if (at_ == Clock::time_point::max()) return Clock::duration::max();
    return std::max(at_ - Clock::now(), Clock::duration::zero());
  }
  [[nodiscard]] Clock::time_point at() const { return at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace hil
