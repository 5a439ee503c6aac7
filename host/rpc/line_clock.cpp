// SPDX-License-Identifier: Apache-2.0
// LineClock: two timers, one for the next poll and one for giving up.
#include "host/rpc/line_clock.hpp"

#include <algorithm>
#include <utility>

namespace hil::rpc {
namespace {

/// A pause up to this long is a caller at work between two looks at the line, and counts.
constexpr auto kShortPause = std::chrono::milliseconds(20);

}  // namespace

void LineClock::resume(Clock::time_point now) {
  const auto paused = std::exchange(paused_, Clock::time_point{});
  const auto missed = now - paused - kShortPause;
  if (paused == Clock::time_point{} || missed <= Clock::duration::zero()) return;
  heard_ += missed;
  progress_ += missed;
}

void LineClock::pause(Clock::time_point now) {
  paused_ = now;
}

void LineClock::set_due(bool due, Clock::time_point now) {
  if (due && !due_) {
    heard_ = now;
    progressed(now);
  }
  if (!due && due_) note_silence(now);
  due_ = due;
}

void LineClock::heard(Clock::time_point now) {
  if (due_) note_silence(now);
  heard_ = now;
}

void LineClock::progressed(Clock::time_point now) {
  progress_ = now;
  wait_ = poll_after();
}

void LineClock::measured(Clock::duration round_trip) {
  // Weight 1/8: RFC 6298's smoothing of round trips.
  round_trip_ = round_trip_ == Clock::duration::zero()
                    ? round_trip
                    : round_trip_ + (round_trip - round_trip_) / 8;
}

bool LineClock::poll_due(Clock::time_point now) const {
  return due_ && now >= poll_at();
}

void LineClock::polled(Clock::time_point now) {
  progress_ = now;
  wait_ = std::min(wait_ * 2, most_poll_after() + line_time_);
}

bool LineClock::silent(Clock::time_point now) const {
  return due_ && now >= silent_at();
}

LineClock::Clock::duration LineClock::silence(Clock::time_point now) const {
  return due_ ? now - heard_ : Clock::duration::zero();
}

LineClock::Clock::time_point LineClock::next() const {
  return due_ ? std::min(poll_at(), silent_at()) : Clock::time_point::max();
}

LineClock::Clock::duration LineClock::poll_after() const {
  const auto wanted = std::max(settings_.poll_after, round_trip_ * 4);
  return std::min(wanted, most_poll_after()) + line_time_;
}

/// Never so early that the answer can't have come.
LineClock::Clock::duration LineClock::most_poll_after() const {
  return std::max(settings_.most_poll_after, round_trip_ * 2);
}

void LineClock::note_silence(Clock::time_point now) {
  longest_silence_ = std::max(longest_silence_, now - heard_);
}

LineClock::Clock::time_point LineClock::silent_at() const {
  return heard_ + settings_.silence_limit + quiet_ + line_time_;
}

}  // namespace hil::rpc
