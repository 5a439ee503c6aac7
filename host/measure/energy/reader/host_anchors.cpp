// SPDX-License-Identifier: Apache-2.0
// The least delayed of a few exchanges, and the least delayed arrival of samples.
#include "host/measure/energy/reader/host_anchors.hpp"

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
                                                      double rate_hz, double refresh_s) const {
  if (arrivals.empty()) return {};
  auto begin = Deadline::Clock::time_point::max();
  for (const energy::Arrival& arrival : arrivals) {
    const std::chrono::duration<double> length(static_cast<double>(arrival.samples) / rate_hz);
    begin = std::min(begin, arrival.at - std::chrono::duration_cast<nanoseconds>(length));
  }
  auto anchors = since(begin);
  if (refresh_s <= 0) return anchors;
  // The middle of what a reading tells of lies half of its mean and half of its most age back, and
  // a sample is taken for the mean since the one before.
  for (energy::HostAnchor& anchor : anchors) {
    anchor.trace_s += refresh_s - 0.5 / rate_hz;
    anchor.sigma_s = std::hypot(anchor.sigma_s, refresh_s / std::sqrt(12.0));
  }
  return anchors;
}

std::vector<energy::HostAnchor> HostAnchors::since(Deadline::Clock::time_point zero) const {
  std::vector<energy::HostAnchor> anchors;
  for (const Moment& moment : moments_) {
    const double at = std::chrono::duration<double>(moment.at - zero).count();
    anchors.push_back({moment.ticks, at, moment.sigma_s});
  }
  return anchors;
}

}  // namespace hil::measure
