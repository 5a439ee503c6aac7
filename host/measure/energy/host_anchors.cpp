// SPDX-License-Identifier: Apache-2.0
// The least delayed of a few exchanges, and the least delayed arrival of samples.
#include "host/measure/energy/host_anchors.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace hil::measure {
namespace {

constexpr int kExchanges = 16;
/// What the way from meter to host may vary: a frame of USB and a turn of the scheduler.
constexpr double kMeterSigma_s = 1e-3;

using std::chrono::nanoseconds;

}  // namespace

Status HostAnchors::take(session::Session& session, Deadline deadline) {
  Moment best;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (int i = 0; i < kExchanges; ++i) {
    HIL_ASSIGN(const session::TimeSync stamps, session.sync_time(deadline));
    const std::uint64_t delay = stamps.host_receive_ns - stamps.host_send_ns;
    if (delay >= least) continue;
    least = delay;
    best.ticks =
        stamps.device_receive_ticks + (stamps.device_send_ticks - stamps.device_receive_ticks) / 2;
    best.at = Deadline::Clock::time_point(nanoseconds(stamps.host_send_ns + delay / 2));
    // The middle is wrong by at most half the delay, evenly spread.
    best.sigma_s =
        std::hypot(static_cast<double>(delay) * 1e-9 / 2 / std::sqrt(3.0), kMeterSigma_s);
  }
  moments_.push_back(best);
  return {};
}

std::vector<energy::HostAnchor> HostAnchors::on_trace(std::span<const energy::Arrival> arrivals,
                                                      double rate_hz) const {
  std::vector<energy::HostAnchor> anchors;
  if (arrivals.empty()) return anchors;
  auto begin = Deadline::Clock::time_point::max();
  for (const energy::Arrival& arrival : arrivals) {
    const std::chrono::duration<double> length(static_cast<double>(arrival.samples) / rate_hz);
    begin = std::min(begin, arrival.at - std::chrono::duration_cast<nanoseconds>(length));
  }
  for (const Moment& moment : moments_) {
    const double at = std::chrono::duration<double>(moment.at - begin).count();
    anchors.push_back({moment.ticks, at, moment.sigma_s});
  }
  return anchors;
}

}  // namespace hil::measure
