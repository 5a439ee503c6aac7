// SPDX-License-Identifier: Apache-2.0
// StreamPace: distances of time stamps from even ones.
#include "host/session/stream_pace.hpp"

#include <algorithm>
#include <cmath>

namespace hil::session {

void StreamPace::add(std::uint64_t index, std::uint64_t ticks) {
  if (stamps_ == 0) {
    first_index_ = index;
    first_ticks_ = ticks;
  }
  last_index_ = index;
  // Modulo 2^64, then signed: a clock that goes backwards gives a negative time, not a huge one.
  seconds_ = static_cast<double>(static_cast<std::int64_t>(ticks - first_ticks_)) / tick_hz_;
  const double late = seconds_ - static_cast<double>(index - first_index_) / rate_hz_;
  least_late_ = std::min(least_late_, late);
  most_late_ = std::max(most_late_, late);
  ++stamps_;
  const double from_mean = late - mean_;
  mean_ += from_mean / static_cast<double>(stamps_);
  squares_ += from_mean * (late - mean_);
}

double StreamPace::measured_hz() const {
  return seconds_ > 0 ? static_cast<double>(last_index_ - first_index_) / seconds_ : 0;
}

double StreamPace::deviation_us() const {
  return stamps_ == 0 ? 0 : std::sqrt(squares_ / static_cast<double>(stamps_)) * 1e6;
}

}  // namespace hil::session
