// SPDX-License-Identifier: Apache-2.0
// FaultLink: two lanes between the owner and the inner link, and the windows of time.
#include "host/link/fault_link.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "host/link/drain.hpp"

namespace hil {
namespace {

constexpr std::uint32_t kBitsPerByte = 10;

}  // namespace

FaultLink::FaultLink(Link& inner, const FaultPlan& plan)
    : inner_(inner), plan_(plan), outgoing_(plan, 0), incoming_(plan, 1) {}

void FaultLink::start_clock() {
  if (!start_) start_ = Deadline::Clock::now();
}

std::uint32_t FaultLink::begun(const Windows& windows) const {
  if (!start_) return 0;
  const auto age = Deadline::Clock::now() - *start_;
  return static_cast<std::uint32_t>(std::count_if(
      windows.begin(), windows.end(), [&](const FaultWindow& window) { return window.at <= age; }));
}

std::optional<Deadline> FaultLink::end_of(const Windows& windows) const {
  if (!start_ || windows.empty()) return std::nullopt;
  const auto age = Deadline::Clock::now() - *start_;
  for (const FaultWindow& window : windows) {
    const auto end = window.at + window.length;
    if (window.at <= age && age < end) return Deadline::until(*start_ + end);
  }
  return std::nullopt;
}

std::size_t FaultLink::most_taken() const {
  constexpr std::size_t kLeast = 32;
  constexpr std::size_t kWithoutRate = 4096;
  const std::size_t millisecond = inner_.baud() / kBitsPerByte / 1000;
  return inner_.baud() == 0 ? kWithoutRate : std::max(kLeast, millisecond);
}

Result<std::size_t> FaultLink::write(std::span<const std::uint8_t> bytes) {
  HIL_TRY(flush());
  std::size_t taken = 0;
  while (taken < bytes.size() && outgoing_.ready().empty()) {
    const auto rest = bytes.subspan(taken);
    const auto now = rest.first(std::min(rest.size(), most_taken()));
    if (end_of(plan_.cuts)) {
      outgoing_.cut(now.size());
    } else {
      outgoing_.take(now);
    }
    taken += now.size();
    HIL_TRY(flush());
  }
  return taken;
}

Status FaultLink::set_baud(std::uint32_t baud) {
  const Deadline deadline = Deadline::after(kMostDrainTime);
  HIL_TRY(flush());
  while (!outgoing_.ready().empty() && !deadline.expired()) {
    const auto stalled = end_of(plan_.stalls);
    if (stalled) {
      std::this_thread::sleep_until(Deadline::earlier(deadline, *stalled).at());
    } else {
      HIL_TRY(inner_.wait(true, deadline));
    }
    HIL_TRY(flush());
  }
  return inner_.set_baud(baud);
}

Result<std::size_t> FaultLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  HIL_TRY(move(false, deadline));
  const auto ready = incoming_.ready();
  const std::size_t count = std::min(buffer.size(), ready.size());
  std::copy_n(ready.begin(), count, buffer.begin());
  incoming_.fetched(count);
  return count;
}

Status FaultLink::wait(bool want_write, Deadline deadline) {
  return move(want_write, deadline);
}

Status FaultLink::flush() {
  if (end_of(plan_.stalls)) return {};
  while (!outgoing_.ready().empty()) {
    HIL_ASSIGN(const std::size_t count, inner_.write(outgoing_.ready()));
    if (count == 0) return {};
    outgoing_.fetched(count);
  }
  return {};
}

Status FaultLink::move(bool want_write, Deadline deadline) {
  while (true) {
    HIL_TRY(flush());
    const bool room = want_write && outgoing_.ready().empty();
    if (!incoming_.ready().empty() || room) return {};
    if (const auto stalled = end_of(plan_.stalls)) {
      // Nothing passes until its end, not even the news of a hang-up.
      std::this_thread::sleep_until(Deadline::earlier(deadline, *stalled).at());
    } else {
      HIL_TRY(take_incoming());
      if (!incoming_.ready().empty() || deadline.expired()) return {};
      HIL_TRY(inner_.wait(!outgoing_.ready().empty(), deadline));
    }
    if (deadline.expired()) return {};
  }
}

Status FaultLink::take_incoming() {
  std::array<std::uint8_t, 4096> bytes;
  HIL_ASSIGN(const std::size_t count, inner_.read(bytes, Deadline::after({})));
  if (end_of(plan_.cuts)) {
    incoming_.cut(count);
  } else {
    incoming_.take(std::span<const std::uint8_t>(bytes).first(count));
  }
  return {};
}

}  // namespace hil
