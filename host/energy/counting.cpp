// SPDX-License-Identifier: Apache-2.0
// The thread that reads one counter on a grid of the host's clock.
#include "host/energy/counting.hpp"

#include <fmt/format.h>

#include <chrono>

#include "host/energy/sysfs/poll_grid.hpp"

namespace hil::energy {
namespace {

using Clock = Deadline::Clock;

constexpr std::chrono::seconds kReadTime{1};
/// Readings in a row that may fail.
constexpr std::size_t kMostFailures = 10;

}  // namespace

Result<std::unique_ptr<Counting>> Counting::start(EnergyCounter& counter, double rate_hz,
                                                  Deadline deadline) {
  const double rate = rate_hz == 0 ? kDefaultCounts : rate_hz;
  if (!(rate >= kLeastCounts && rate <= kMostCounts)) {
    return Error{Blame::kUser,
                 fmt::format("{} cannot be read {:g} times a second", counter.info().kind, rate),
                 fmt::format("{:g} to {:g} is possible", kLeastCounts, kMostCounts)};
  }
  std::unique_ptr<Counting> counting(new Counting(counter, rate));
  HIL_ASSIGN(const CounterReading first, counter.read(deadline));
  counting->readings_.push_back(first);
  counting->thread_ = std::thread([raw = counting.get()] { raw->run(); });
  return counting;
}

Counting::~Counting() {
  halt();
}

void Counting::halt() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Counting::run() {
  const PollGrid grid(readings_.front().at, rate_hz_);
  Status status;
  while (status.ok() && sleep_until(grid.begin_of(grid.slot_at(Clock::now()) + 1)))
    status = read_once();
  const std::lock_guard lock(mutex_);
  if (!status.ok()) error_ = status.error();
}

/// @returns false if it shall stop
bool Counting::sleep_until(Clock::time_point at) {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto left = Deadline::until(at).remaining();
    if (left == Clock::duration::zero()) return true;
    changed_.wait_for(lock, left);
  }
  return false;
}

Status Counting::read_once() {
  const auto reading = counter_.read(Deadline::after(kReadTime));
  if (!reading) {
    if (reading.error().blame == Blame::kLink) return reading.error();
    if (++failures_ < kMostFailures) return {};
    return Error{Blame::kLink,
                 fmt::format("{} has not answered {} times in a row: {}", counter_.info().kind,
                             failures_, reading.error().what),
                 reading.error().hint};
  }
  failures_ = 0;
  if (readings_.size() >= kMostReadings) {
    return Error{Blame::kUser,
                 fmt::format("{} was read more than {} times", counter_.info().kind, kMostReadings),
                 "measure fewer or shorter windows, or take a lower --meter-rate"};
  }
  readings_.push_back(*reading);
  return {};
}

Status Counting::check() const {
  const std::lock_guard lock(mutex_);
  return error_ ? Status(*error_) : Status();
}

Result<std::vector<CounterReading>> Counting::finish() {
  halt();
  if (error_) return *error_;
  return std::move(readings_);
}

}  // namespace hil::energy
