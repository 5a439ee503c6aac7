// SPDX-License-Identifier: Apache-2.0
// When to poll a quiet agent and when to give it up; the host's one owner of link time.
#pragma once

#include <chrono>

#include "host/base/deadline.hpp"

namespace hil::rpc {

/// Pure arithmetic on time points; the caller says what happened when. Only time in which somebody
/// listened (between resume() and pause()) and something was due counts.
class LineClock {
 public:
  using Clock = Deadline::Clock;
  struct Settings {
    Clock::duration poll_after{std::chrono::milliseconds(60)};  ///< least wait before a poll
    /// Repeated polls double to this (or to two round trips, if those are longer). Nineteen of them
    /// fit the silence limit: with a tenth of all frames lost and a tenth flipped each way one poll
    /// of three fails, and nine that fail together (with 250 ms there were no more) are met in one
    /// run of a hundred.
    Clock::duration most_poll_after{std::chrono::milliseconds(100)};
    Clock::duration silence_limit{std::chrono::milliseconds(2000)};
  };
  explicit LineClock(const Settings& settings) : settings_(settings) {}

  /// Somebody listens from @p now on, and until pause(). A pause counts once, however often this is
  /// called after it; the end of a wait that came late (this process got no processor) is a pause
  /// from when it was due.
  void resume(Clock::time_point now);
  void pause(Clock::time_point now);

  /// Says whether the agent owes anything (an acknowledgement, a reply, a result).
  void set_due(bool due, Clock::time_point now);
  /// A valid frame came.
  void heard(Clock::time_point now);
  /// An acknowledgement advanced or new bytes came: polling starts over.
  void progressed(Clock::time_point now);
  /// Takes a measured round trip; later polls wait four of them (smoothed).
  void measured(Clock::duration round_trip);
  /// Extra time that what is in flight takes on the line, at its baud rate.
  void set_line_time(Clock::duration line_time) { line_time_ = line_time; }
  /// The agent may be silent for so long on top of the limit.
  void set_quiet(Clock::duration quiet) { quiet_ = quiet; }

  [[nodiscard]] bool poll_due(Clock::time_point now) const;
  void polled(Clock::time_point now);
  /// True when nothing has been heard for the limit and the quiet time.
  [[nodiscard]] bool silent(Clock::time_point now) const;
  /// How long nothing has been heard while something was due.
  [[nodiscard]] Clock::duration silence(Clock::time_point now) const;
  [[nodiscard]] Clock::duration longest_silence() const { return longest_silence_; }
  /// When poll_due() or silent() turns true next; the end of time if nothing is due.
  [[nodiscard]] Clock::time_point next() const;
  /// Smoothed; 0 before the first.
  [[nodiscard]] Clock::duration round_trip() const { return round_trip_; }
  /// Wait before the first poll.
  [[nodiscard]] Clock::duration poll_after() const;

 private:
  void note_silence(Clock::time_point now);
  [[nodiscard]] Clock::duration most_poll_after() const;
  [[nodiscard]] Clock::time_point poll_at() const { return progress_ + wait_; }
  [[nodiscard]] Clock::time_point silent_at() const;

  Settings settings_;
  Clock::duration round_trip_{0};
  Clock::duration line_time_{0};
  Clock::duration quiet_{0};
  Clock::duration wait_{0};  ///< before the next poll, from progress_
  Clock::duration longest_silence_{0};
  Clock::time_point heard_{};
  Clock::time_point progress_{};  ///< or the last poll
  Clock::time_point paused_{};    ///< 0: somebody listens
  bool due_ = false;
};

}  // namespace hil::rpc
