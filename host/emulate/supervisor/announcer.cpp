// SPDX-License-Identifier: Apache-2.0
// Announcer: poll, then a write that a pipe takes whole.
#include "host/emulate/supervisor/announcer.hpp"

#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <utility>

#include "host/emulate/virtual_board_lines.hpp"

namespace hil::emulate {
namespace {

constexpr std::size_t kMostWhy = 500;  // characters, so that a line stays below PIPE_BUF
constexpr std::size_t kMostEarly = 100;

}  // namespace

void Announcer::ready(const VirtualBoardInfo& info) {
  const std::lock_guard lock(mutex_);
  ready_ = true;
  print(ready_line(info));
  for (const std::string& line : std::exchange(early_, {}))
    print(line);
}

void Announcer::announce(const VirtualBoardEvent& event) {
  VirtualBoardEvent shortened = event;
  if (shortened.why.size() > kMostWhy) shortened.why.resize(kMostWhy);
  const std::lock_guard lock(mutex_);
  if (ready_) {
    print(event_line(shortened));
  } else if (early_.size() < kMostEarly) {
    early_.push_back(event_line(shortened));
  }
}

void Announcer::answer(const LineCounts& counts) {
  const std::lock_guard lock(mutex_);
  print(counts_line(counts));
}

void Announcer::answer(const TruthTotals& truth) {
  const std::lock_guard lock(mutex_);
  print(truth_line(truth));
}

void Announcer::print(const std::string& line) {
  if (left_out_ > 0) {
    const std::string why = fmt::format("{} lines were left out: nobody read them", left_out_);
    if (print_now(event_line({EventKind::kRemark, why, "", -1}))) left_out_ = 0;
  }
  if (left_out_ > 0 || !print_now(line)) ++left_out_;
}

bool Announcer::print_now(const std::string& line) const {
  // A pipe that is writable has room for PIPE_BUF bytes (pipe(7)), so this write does not block.
  pollfd polled{descriptor_, POLLOUT, 0};
  if (::poll(&polled, 1, 0) != 1 || (polled.revents & POLLOUT) == 0) return false;
  return ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace hil::emulate
