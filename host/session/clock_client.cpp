// SPDX-License-Identifier: Apache-2.0
// measure_clock(): exchanges at even distances.
#include "host/session/clock_client.hpp"

#include <algorithm>
#include <vector>

namespace hil::session {
namespace {

/// Enough to find an undisturbed one in each of the parts that fit_clock() makes.
constexpr int kExchanges = 96;
constexpr std::chrono::milliseconds kLeastDuration{20};

/// Waits until @p at; what comes meanwhile is kept by the channel.
Status rest(rpc::Channel& channel, Deadline at) {
  while (!at.expired())
    HIL_TRY(channel.pump(at));
  return {};
}

}  // namespace

Result<ClockRatio> measure_clock(Session& session, std::chrono::milliseconds duration,
                                 Deadline deadline) {
  const auto start = Deadline::Clock::now();
  const std::chrono::nanoseconds length = std::max(duration, kLeastDuration);
  std::vector<TimeSync> exchanges;
  for (int i = 0; i < kExchanges; ++i) {
    const auto due = Deadline::until(start + length * i / (kExchanges - 1));
    HIL_TRY(rest(session.channel(), Deadline::earlier(due, deadline)));
    HIL_ASSIGN(const TimeSync exchange, session.sync_time(deadline));
    exchanges.push_back(exchange);
    if (Deadline::Clock::now() > start + 2 * length && exchanges.size() >= kLeastExchanges) break;
  }
  return fit_clock(exchanges, session.agent().tick_hz);
}

}  // namespace hil::session
