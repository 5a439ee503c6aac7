// SPDX-License-Identifier: Apache-2.0
// One random history of a link: both peers, a bad line, resets; checked against plain byte queues.
#pragma once

#include <cstdint>
#include <string>

namespace hil::frame::test {

/// What happened in a history, so that a test can see that it was no idle one.
struct ScheduleCounts {
  std::uint64_t bytes = 0;         ///< delivered, both ways
  std::uint64_t sent_again = 0;    ///< frames
  std::uint64_t out_of_order = 0;  ///< frames kept ahead of a missing one
  std::uint64_t sessions = 0;
  unsigned repairs = 0;  ///< polls needed after the line had become good
};

/// Draws limits, faults and every moment from @p seed. Bytes that come out are compared with those
/// that went in at each read; then the line becomes good, and all that was written must come within
/// a bounded number of polls. Adds to @p counts. Returns what went wrong; empty if nothing did.
std::string run_schedule(std::uint64_t seed, ScheduleCounts& counts);

}  // namespace hil::frame::test
