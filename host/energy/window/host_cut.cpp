// SPDX-License-Identifier: Apache-2.0
// cut_by_host_clock(): a line through the anchors, then guards.
#include "host/energy/window/host_cut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/energy/window/spoiled.hpp"

namespace hil::energy {
namespace {

double index_rate(const Trace& trace) {
  return trace.seen_hz && *trace.seen_hz > 0 ? *trace.seen_hz : trace.rate_hz;
}

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

Window place(const DeviceWindow& told, const AnchoredClock& clock, double rate_hz) {
  Window window = unplaced(told);
  window.steady_ends = true;  // there are guards
  window.begin = clock.index_at(told.begin_ticks);
  window.end = clock.index_at(told.end_ticks);
  window.edge_sigma = std::max(clock.sigma_at(told.begin_ticks),  //
                               clock.sigma_at(told.end_ticks));
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
  const double rate_hz = index_rate(trace);
  HIL_ASSIGN(const AnchoredClock clock, AnchoredClock::fit(anchors, tick_hz, rate_hz));
  Cut cut;
  cut.alignment = Alignment::kHostClock;
  cut.clock = clock.clock();
  for (const DeviceWindow& window : windows)
    cut.windows.push_back(place(window, clock, rate_hz));
  reject_spoiled(trace, cut.windows);
  HIL_TRY(check_any_counts(cut.windows));
  return cut;
}

}  // namespace hil::energy
