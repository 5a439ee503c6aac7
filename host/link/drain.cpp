// SPDX-License-Identifier: Apache-2.0
// drain(): sleeps as long as the bytes need, and looks again.
#include "host/link/drain.hpp"

#include <fmt/format.h>

#include <thread>

namespace hil {

Status drain(const OutputBound& bound, const std::function<std::size_t()>& queued,
             const std::string& name) {
  const Deadline deadline = Deadline::after(kMostDrainTime);
  while (true) {
    const auto now = Deadline::Clock::now();
    const auto sent_at = bound.sent_at(queued(), now);
    if (sent_at <= now) return {};
    if (now >= deadline.at()) {
      return Error{Blame::kLink, fmt::format("{} does not send what was written to it", name),
                   "check the cable and the board's power, then try again"};
    }
    std::this_thread::sleep_for(std::min(sent_at, deadline.at()) - now);
  }
}

}  // namespace hil
