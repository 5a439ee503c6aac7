// SPDX-License-Identifier: Apache-2.0
// cut_by_host_clock(): a line through the anchors, then guards.
#include "host/energy/window/host_cut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/energy/window/clock_fit.hpp"
#include "host/energy/window/spoiled.hpp"

namespace hil::energy {
namespace {

double index_rate(const Trace& trace) {
  return trace.seen_hz && *trace.seen_hz > 0 ? *trace.seen_hz : trace.rate_hz;
}

Status check_anchors(const Trace& trace, std::span<const HostAnchor> anchors) {
  const auto bad = [](const HostAnchor& anchor) {
    return !(anchor.sigma_s > 0) || !std::isfinite(anchor.sigma_s) ||
           !std::isfinite(anchor.trace_s);
  };
  if (anchors.empty() || std::any_of(anchors.begin(), anchors.end(), bad) ||
      !(index_rate(trace) > 0)) {
    return Error{Blame::kBug, "host time needs moments on both clocks and their uncertainty", ""};
  }
  return {};
}

/// Where device ticks are, and how well that is known.
class Placing {
 public:
  Placing(EdgeFit fit, std::span<const HostAnchor> anchors, double sigma)
      : fit_(std::move(fit)), anchors_(anchors), sigma_(std::max(sigma, fit_.clock.residual)) {}

  [[nodiscard]] double index_at(std::uint64_t ticks) const { return fit_.index_at(ticks); }

  /// Samples. Delays of a line are alike for all anchors, so more of them do not make it better;
  /// what the rate may be off by grows with the distance from the nearest anchor.
  [[nodiscard]] double sigma_at(std::uint64_t ticks) const {
    double nearest = std::numeric_limits<double>::max();
    for (const HostAnchor& anchor : anchors_)
      nearest = std::min(nearest, std::abs(fit_.index_at(ticks) - fit_.index_at(anchor.ticks)));
    return std::hypot(sigma_, nearest * fit_.clock.ppm_uncertainty * 1e-6);
  }

 private:
  EdgeFit fit_;
  std::span<const HostAnchor> anchors_;
  double sigma_;
};

/// Moves both ends inwards by a share of the length each.
void shrink(Window& window, double share) {
  const double length = window.end - window.begin;
  window.begin += share * length;
  window.end -= share * length;
  const auto ticks = static_cast<std::uint64_t>(
      share * static_cast<double>(window.end_ticks - window.begin_ticks));
  window.begin_ticks += ticks;
  window.end_ticks -= ticks;
}

/// Takes the guards off, and what is left of an inference beside them.
void guard(Window& window) {
  const double length = window.end - window.begin;
  const double guards = std::min(1.0, 2 * kGuardSigmas * window.edge_sigma / length);
  if (window.inferences == 0) return shrink(window, guards / 2);
  const double all = window.inferences;
  const double whole = std::floor(all * (1 - guards));
  window.inferences = static_cast<std::uint32_t>(whole);
  shrink(window, (1 - whole / all) / 2);
}

Window place(const DeviceWindow& told, const Placing& placing, double rate_hz) {
  Window window = unplaced(told);
  window.steady_ends = true;  // there are guards
  window.begin = placing.index_at(told.begin_ticks);
  window.end = placing.index_at(told.end_ticks);
  window.edge_sigma = std::max(placing.sigma_at(told.begin_ticks),  //
                               placing.sigma_at(told.end_ticks));
  const double whole_s = (window.end - window.begin) / rate_hz;
  guard(window);
  const double left_s = (window.end - window.begin) / rate_hz;
  const double least_s = told.kind == WindowKind::kIdle ? kLeastHostIdle_s : kLeastHostWindow_s;
  if (left_s < least_s) {
    window.rejected = fmt::format(
        "{:.3f} s of its {:.3f} s are left between its guards; the "
        "host's clock needs {:.0f} s",
        std::max(0.0, left_s), whole_s, least_s);
  }
  return window;
}

}  // namespace

Result<Cut> cut_by_host_clock(const Trace& trace, std::span<const DeviceWindow> windows,
                              std::span<const HostAnchor> anchors, std::uint64_t tick_hz) {
  HIL_TRY(check_windows(windows, tick_hz));
  HIL_TRY(check_anchors(trace, anchors));
  const double rate_hz = index_rate(trace);
  std::vector<EdgePair> pairs;
  double sigma = 0;
  for (const HostAnchor& anchor : anchors) {
    pairs.push_back({anchor.ticks, anchor.trace_s * rate_hz, 0});
    sigma = std::max(sigma, anchor.sigma_s * rate_hz);
  }
  HIL_ASSIGN(EdgeFit fit, fit_edges(pairs, {tick_hz, rate_hz}, sigma));
  Cut cut;
  cut.alignment = Alignment::kHostClock;
  cut.clock = fit.clock;
  const Placing placing(std::move(fit), anchors, sigma);
  for (const DeviceWindow& window : windows)
    cut.windows.push_back(place(window, placing, rate_hz));
  reject_spoiled(trace, cut.windows);
  HIL_TRY(check_any_counts(cut.windows));
  return cut;
}

}  // namespace hil::energy
