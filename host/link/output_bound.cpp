// SPDX-License-Identifier: Apache-2.0
// OutputBound: bytes to time on the line and back.
#include "host/link/output_bound.hpp"

#include <algorithm>
#include <limits>

namespace hil {
namespace {

constexpr std::uint64_t kBitsPerByte = 10;

/// Bytes that a line of @p baud sends within @p time, rounded up; @p time is seconds at most.
std::size_t bytes_within(std::chrono::nanoseconds time, std::uint32_t baud) {
  constexpr std::uint64_t kNanosecondsPerByte = 1'000'000'000 * kBitsPerByte;
  const auto bits = static_cast<std::uint64_t>(time.count()) * baud;
  return (bits + kNanosecondsPerByte - 1) / kNanosecondsPerByte;
}

}  // namespace

OutputBound::OutputBound(std::uint32_t baud)
    : baud_(baud), most_(std::max(kLeastBytes, bytes_within(kMostWaiting, baud))) {}

std::size_t OutputBound::room(std::size_t queued, Clock::time_point now) {
  if (baud_ == 0) return std::numeric_limits<std::size_t>::max();
  const std::size_t full = waiting(queued, now);
  filling_ = filling_ && full < most_;
  offered_ = filling_ || full <= most_ / 2 ? most_ - full : 0;
  return offered_;
}

void OutputBound::wrote(std::size_t bytes, Clock::time_point now, bool took_all) {
  if (baud_ == 0) return;
  line_free_at_ = std::max(line_free_at_, now) + line_time(bytes);
  filling_ = took_all && bytes < offered_;
}

OutputBound::Clock::time_point OutputBound::room_at(std::size_t queued,
                                                    Clock::time_point now) const {
  if (baud_ == 0) return now;
  const std::size_t full = waiting(queued, now);
  if (filling_ && full < most_) return now;
  return full <= most_ / 2 ? now : now + line_time(full - most_ / 2);
}

OutputBound::Clock::time_point OutputBound::sent_at(std::size_t queued,
                                                    Clock::time_point now) const {
  return baud_ == 0 ? now : now + line_time(waiting(queued, now));
}

OutputBound::Clock::duration OutputBound::line_time(std::size_t bytes) const {
  return std::chrono::nanoseconds(1'000'000'000 * kBitsPerByte * bytes / baud_);
}

std::size_t OutputBound::waiting(std::size_t queued, Clock::time_point now) const {
  // Bounded by what wrote() was told, which room() bounds: no overflow for real times.
  const auto busy = std::clamp<Clock::duration>(line_free_at_ - now, Clock::duration::zero(),
                                                std::chrono::seconds(10));
  return std::max(queued, bytes_within(busy, baud_));
}

}  // namespace hil
