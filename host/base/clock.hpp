// SPDX-License-Identifier: Apache-2.0
// The clock of everything that talks to a board: steady, and replaceable on one thread.
#pragma once

#include <chrono>

namespace hil {

/// Where a thread's time comes from while it is not the machine's: a tape that is recorded or
/// replayed (host/link/tape). It also passes on Ctrl-C, the other thing that comes from outside.
class ClockSource {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  virtual ~ClockSource() = default;

  /// The time now; never goes back.
  virtual time_point now() = 0;
  /// The time now, for a value that travels to the board.
  virtual time_point stamp() = 0;
  /// The calendar's time now.
  virtual std::chrono::system_clock::time_point utc_now() = 0;
  /// @p real: the signal that asked this process to stop, 0 if none did. What it is to be told.
  virtual int stop_signal(int real) = 0;
};

/// Meets the requirements of a standard clock; its points in time are std::chrono::steady_clock's.
class Clock {
 public:
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr bool is_steady = true;

  /// std::chrono::steady_clock::now(), unless this thread has a source of its own (ClockScope).
  static time_point now() { return source_ == nullptr ? steady::now() : source_->now(); }
  /// The same for a value that travels to the board: a replay, in which the host may look at its
  /// clock more or less often than when the tape was recorded, gives the very value of the tape.
  static time_point stamp() { return source_ == nullptr ? steady::now() : source_->stamp(); }
  /// std::chrono::system_clock::now(), unless this thread has a source of its own.
  static std::chrono::system_clock::time_point utc_now() {
    return source_ == nullptr ? std::chrono::system_clock::now() : source_->utc_now();
  }
  /// @p real, unless this thread has a source of its own; see ClockSource.
  static int stop_signal(int real) {
    return source_ == nullptr ? real : source_->stop_signal(real);
  }

 private:
  friend class ClockScope;
  using steady = std::chrono::steady_clock;
  static inline thread_local constinit ClockSource* source_ = nullptr;
};

/// While it lives, this thread's time comes from a source of its own; scopes may be nested.
class ClockScope {
 public:
  /// @p source must outlive this; null: the machine's time.
  explicit ClockScope(ClockSource* source) : before_(Clock::source_) { Clock::source_ = source; }
  ~ClockScope() { Clock::source_ = before_; }
  ClockScope(const ClockScope&) = delete;
  ClockScope& operator=(const ClockScope&) = delete;

 private:
  ClockSource* before_;
};

}  // namespace hil
