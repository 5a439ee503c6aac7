// SPDX-License-Identifier: Apache-2.0
// LinePacer: every time is counted from the begin of a stretch, so that nothing adds up.
#include "host/emulate/line/line_pacer.hpp"

#include <algorithm>

namespace hil::emulate {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t kNsPerByteAtOneBaud = 10'000'000'000;

/// Bytes that pass in @p time at @p baud, rounded down.
std::uint64_t bytes_in(LinePacer::Clock::duration time, std::uint32_t baud) {
  const auto ns = std::chrono::duration_cast<nanoseconds>(time).count();
  if (ns <= 0) return 0;
  // In two parts, so that with kMostBaud the product stays within 64 bits.
  const auto whole = static_cast<std::uint64_t>(ns);
  const std::uint64_t tens = whole / kNsPerByteAtOneBaud;
  const std::uint64_t rest = whole % kNsPerByteAtOneBaud;
  return tens * baud + rest * baud / kNsPerByteAtOneBaud;
}

}  // namespace

LinePacer::Clock::time_point LinePacer::passed_at(std::uint64_t count) const {
  if (baud_ == 0) return start_;
  const std::uint64_t whole = count / baud_;
  const std::uint64_t rest = count % baud_;
  // Rounded up: at that time the byte has passed.
  const std::uint64_t ns =
      whole * kNsPerByteAtOneBaud + (rest * kNsPerByteAtOneBaud + baud_ - 1) / baud_;
  return start_ + std::chrono::duration_cast<Clock::duration>(nanoseconds(ns));
}

void LinePacer::set_rate(std::uint32_t baud, Clock::time_point now) {
  baud = std::min(baud, kMostBaud);
  if (baud == baud_) return;
  start_ = std::max(now - kMostBurst, std::min(now, passed_at(left_)));
  left_ = 0;
  baud_ = baud;
}

std::size_t LinePacer::room() const {
  if (baud_ == 0) return 4096 - std::min<std::size_t>(waiting_, 4096);
  const auto most = std::max<std::uint64_t>(kLeastRoom, bytes_in(kMostWaiting, baud_));
  return static_cast<std::size_t>(most - std::min<std::uint64_t>(most, waiting_));
}

void LinePacer::enter(std::size_t bytes, Clock::time_point now) {
  if (bytes > 0 && waiting_ == 0) {
    // If the source had more than fitted, the line has not been idle since: it goes on where the
    // last byte ended, even if nobody looked in between.
    const Clock::time_point line_free = passed_at(left_);
    start_ = std::max(line_free, pressed_ ? now - kMostBurst : now);
    if (pressed_) put_off_ += start_ - line_free;
    left_ = 0;
  }
  waiting_ += bytes;
  pressed_ = room() == 0;
}

std::size_t LinePacer::due(Clock::time_point now) {
  if (waiting_ == 0) return 0;
  if (baud_ == 0) return waiting_;
  if (now - passed_at(left_ + 1) > kMostBurst) {
    const Clock::duration late = now - kMostBurst - passed_at(left_ + 1);
    start_ += late;
    put_off_ += late;
  }
  const std::uint64_t passed = bytes_in(now - start_, baud_);
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(waiting_, passed - std::min(passed, left_)));
}

void LinePacer::leave(std::size_t bytes) {
  waiting_ -= std::min(bytes, waiting_);
  left_ += bytes;
}

LinePacer::Clock::time_point LinePacer::next_look() const {
  const Clock::time_point first = passed_at(left_ + 1);
  return std::min(passed_at(left_ + waiting_), std::max(first, passed_at(left_) + kLookAgain));
}

}  // namespace hil::emulate
