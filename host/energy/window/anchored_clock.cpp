// SPDX-License-Identifier: Apache-2.0
// AnchoredClock: a fit of edges whose edges are anchors.
#include "host/energy/window/anchored_clock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/energy/window/clock_fit.hpp"

namespace hil::energy {
namespace {

bool is_bad(const HostAnchor& anchor) {
  return !(anchor.sigma_s > 0) || !std::isfinite(anchor.sigma_s) || !std::isfinite(anchor.trace_s);
}

}  // namespace

Result<AnchoredClock> AnchoredClock::fit(std::span<const HostAnchor> anchors, std::uint64_t tick_hz,
                                         double index_hz) {
  if (anchors.empty() || std::any_of(anchors.begin(), anchors.end(), is_bad) || !(index_hz > 0)) {
    return Error{Blame::kBug, "host time needs moments on both clocks and their uncertainty", ""};
  }
  std::vector<EdgePair> pairs;
  double sigma = 0;
  for (const HostAnchor& anchor : anchors) {
    pairs.push_back({anchor.ticks, anchor.trace_s * index_hz, 0});
    sigma = std::max(sigma, anchor.sigma_s * index_hz);
  }
  HIL_ASSIGN(const EdgeFit fit, fit_edges(pairs, {tick_hz, index_hz}, sigma));
  return AnchoredClock(fit.clock, anchors, sigma);
}

AnchoredClock::AnchoredClock(const ClockFit& clock, std::span<const HostAnchor> anchors,
                             double sigma)
    : clock_(clock), sigma_(std::max(sigma, clock.residual)) {
  for (const HostAnchor& anchor : anchors)
    anchored_.push_back(clock_.index_at(anchor.ticks));
}

double AnchoredClock::sigma_at(std::uint64_t ticks) const {
  double nearest = std::numeric_limits<double>::max();
  for (const double anchored : anchored_)
    nearest = std::min(nearest, std::abs(index_at(ticks) - anchored));
  return std::hypot(sigma_, nearest * clock_.ppm_uncertainty * 1e-6);
}

}  // namespace hil::energy
