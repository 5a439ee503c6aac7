// SPDX-License-Identifier: Apache-2.0
// StartGate: starts under way, with the time each began.
#include "host/app/start_gate.hpp"

#include <algorithm>
#include <thread>

namespace hil::app {
namespace {

/// How soon a wish to stop is seen.
constexpr std::chrono::milliseconds kLook{50};

}  // namespace

StartGate StartGate::for_this_machine() {
  const std::size_t processors = std::thread::hardware_concurrency();
  return {std::max<std::size_t>(processors, 2), std::chrono::seconds(3)};
}

StartGate::Clock::time_point StartGate::room_at(Clock::time_point now) const {
  if (starts_.size() < at_once_) return now;
  // All but at_once_ - 1 of them must have had their time.
  return starts_[starts_.size() - at_once_].at + longest_;
}

std::optional<std::size_t> StartGate::enter(const StopRequest* stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (stop != nullptr && stop->requested()) return std::nullopt;
    const auto now = Clock::now();
    const auto room = room_at(now);
    if (room <= now) {
      starts_.push_back({next_, now});
      return next_++;
    }
    left_.wait_until(lock, std::min(room, now + kLook));
  }
}

void StartGate::leave(std::size_t number) {
  const std::lock_guard lock(mutex_);
  starts_.erase(std::remove_if(starts_.begin(), starts_.end(),
                               [&](const Start& start) { return start.number == number; }),
                starts_.end());
  left_.notify_all();
}

}  // namespace hil::app
