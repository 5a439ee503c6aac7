// SPDX-License-Identifier: Apache-2.0
// wait_for(): one ppoll().
#include "host/link/fd_wait.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace hil {
namespace {

/// Rounded up, so that a wait does not end just before its deadline and spin.
timespec time_left(Deadline deadline) {
  using namespace std::chrono;
  const auto left = std::min<Deadline::Clock::duration>(deadline.remaining(), hours(1));
  const auto whole = floor<seconds>(left);
  return timespec{static_cast<time_t>(whole.count()),
                  static_cast<long>(nanoseconds(left - whole).count())};
}

}  // namespace

Wakening wait_for(int descriptor, bool want_write, Deadline deadline) {
  pollfd poll_fd{descriptor, static_cast<short>(want_write ? POLLIN | POLLOUT : POLLIN), 0};
  const timespec left = time_left(deadline);
  const int count = ::ppoll(&poll_fd, 1, &left, nullptr);
  if (count < 0) return errno == EINTR ? Wakening::kReady : Wakening::kError;
  const bool ended = (poll_fd.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
  // What came before the hang-up can still be read.
  return ended && (poll_fd.revents & POLLIN) == 0 ? Wakening::kHangUp : Wakening::kReady;
}

}  // namespace hil
