// SPDX-License-Identifier: Apache-2.0
// The thread that pulls one meter, and what others may ask of it meanwhile.
#include "host/energy/recording.hpp"

#include <fmt/format.h>

namespace hil::energy {
namespace {

/// How long one read may block: a stop is noticed within it, and no meter's buffer runs over.
constexpr std::chrono::milliseconds kSlice{20};
constexpr std::chrono::milliseconds kArrivalStep{10};
constexpr std::chrono::seconds kStopTime{5};

std::uint64_t values_of(const Trace& trace) {
  return std::uint64_t{trace.size()} * std::max<std::size_t>(1, trace.rails.size());
}

}  // namespace

Result<std::unique_ptr<Recording>> Recording::start(PowerMeter& meter, Deadline deadline) {
  std::unique_ptr<Recording> recording(new Recording(meter));
  HIL_TRY(meter.start(recording->trace_, deadline));
  recording->rate_hz_ = recording->trace_.rate_hz;
  recording->thread_ = std::thread([raw = recording.get()] { raw->run(); });
  return recording;
}

Recording::~Recording() {
  if (!thread_.joinable()) return;
  halt();
  // Nobody is left who could be told of an error.
  (void)meter_.stop(trace_, Deadline::after(kStopTime));
}

void Recording::halt() {
  stop_ = true;
  thread_.join();
}

void Recording::run() {
  Status status;
  while (status.ok() && !stop_)
    status = pull();
  const std::lock_guard lock(mutex_);
  if (!status.ok()) error_ = status.error();
  over_ = true;
  changed_.notify_all();
}

Status Recording::pull() {
  const std::size_t before = trace_.size();
  HIL_TRY(meter_.read(trace_, Deadline::after(kSlice)));
  if (trace_.size() == before) return {};
  take_in(before);
  if (values_of(trace_) <= kMostValues) return {};
  return Error{Blame::kUser,
               fmt::format("the recording has grown beyond {} samples", trace_.size()),
               "measure fewer or shorter windows"};
}

void Recording::take_in(std::size_t from) {
  const auto now = Deadline::Clock::now();
  if (arrivals_.empty() || now - arrivals_.back().at >= kArrivalStep) {
    arrivals_.push_back({now, trace_.size()});
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t i = from; i < trace_.size(); ++i) {
    if ((trace_.flags[i] & flag::kGap) != 0) ++state_.lost;
    if (i >= trace_.logic.size()) continue;
    const auto changes = static_cast<unsigned>(trace_.logic[i] ^ state_.levels);
    state_.levels = trace_.logic[i];
    if (changes == 0 || i == 0) continue;
    for (unsigned bit = 0; bit < state_.edges.size(); ++bit) {
      if ((changes >> bit & 1u) == 0) continue;
      ++state_.edges.at(bit);
      state_.last_edge.at(bit) = i;
    }
  }
  state_.samples = trace_.size();
  changed_.notify_all();
}

RecordingState Recording::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Result<bool> Recording::wait(const std::function<bool(const RecordingState&)>& enough,
                             Deadline deadline) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (enough(state_)) return true;
    if (error_) return *error_;
    if (over_ || deadline.expired()) return false;
    const auto left = std::min<Deadline::Clock::duration>(deadline.remaining(), kSlice);
    changed_.wait_for(lock, left);
  }
}

Result<Trace> Recording::finish(Deadline deadline) {
  halt();
  const std::size_t before = trace_.size();
  const Status stopped = meter_.stop(trace_, deadline);
  if (error_) return *error_;
  HIL_TRY(stopped);
  take_in(before);
  return std::move(trace_);
}

}  // namespace hil::energy
