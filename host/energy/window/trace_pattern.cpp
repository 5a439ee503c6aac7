// SPDX-License-Identifier: Apache-2.0
// cut_by_trace_pattern(): both patterns, the line through them, and windows on it.
#include "host/energy/window/trace_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/energy/window/clock_fit.hpp"
#include "host/energy/window/pattern_search.hpp"
#include "host/energy/window/spoiled.hpp"
#include "protocol/messages/sync_code.hpp"

namespace hil::energy {
namespace {

constexpr double kLeastStepSamples = 8;

Status check_marks(std::span<const DeviceWindow> windows, const PatternMarks& marks) {
  HIL_TRY(check_windows(windows, marks.tick_hz));
  const std::uint64_t lead_to_window = windows.front().begin_ticks - marks.lead_ticks;
  const bool in_order = marks.mark_ticks > 0 && marks.lead_ticks < windows.front().begin_ticks &&
                        lead_to_window / kSyncSteps >= marks.mark_ticks &&
                        marks.trail_ticks >= windows.back().end_ticks;
  if (in_order) return {};
  return Error{
      Blame::kDevice,
      fmt::format("the board's windows are not between its sync patterns (ticks {} and {}, "
                  "windows from {} to {})",
                  marks.lead_ticks, marks.trail_ticks, windows.front().begin_ticks,
                  windows.back().end_ticks),
      "its report is damaged; run it again"};
}

/// Sum over rails, lost samples held.
std::vector<double> total_of(const Trace& trace) {
  std::vector<double> total(trace.size());
  for (const Rail& rail : trace.rails) {
    if (rail.part_of_another || rail.quantity != trace.rails.front().quantity) continue;
    for (std::size_t k = 0; k < std::min(total.size(), rail.values.size()); ++k)
      total[k] += static_cast<double>(rail.values[k]);
  }
  for (std::size_t k = 0; k < total.size(); ++k) {
    const bool lost = (trace.flags[k] & (flag::kGap | flag::kInvalid)) != 0;
    if (lost || !std::isfinite(total[k])) total[k] = k > 0 ? total[k - 1] : 0;
  }
  return total;
}

Status check_pair(const PatternPair& pair) {
  const char* hint = "make the pattern's steps longer, use a larger load, or connect the sync wire";
  if (std::min(pair.lead_correlation, pair.trail_correlation) < kLeastCorrelation) {
    return Error{Blame::kLab,
                 fmt::format("the sync pattern is not to be seen in the current (the best places "
                             "match by {:.2f} and {:.2f} of 1)",
                             pair.lead_correlation, pair.trail_correlation),
                 hint};
  }
  if (pair.correlation < kLeastMerit * pair.second) {
    return Error{
        Blame::kLab,
        fmt::format("the sync pattern fits more than one place of the trace (match {:.2f}, "
                    "elsewhere {:.2f})",
                    pair.correlation, pair.second),
        hint};
  }
  return {};
}

Status check_whole(const Trace& trace, double begin, double length) {
  const auto first = static_cast<std::size_t>(std::max(0.0, begin));
  const auto behind =
      std::min(trace.size(), static_cast<std::size_t>(std::max(0.0, begin) + length));
  for (std::size_t k = first; k < behind; ++k) {
    if ((trace.flags[k] & (flag::kGap | flag::kInvalid)) == 0) continue;
    return Error{Blame::kLab,
                 fmt::format("the meter lost samples in the sync pattern, at {:.6f} s",
                             static_cast<double>(k) / trace.rate_hz),
                 "run it again"};
  }
  return {};
}

/// Best match over the best elsewhere; at most a million, for a trace with nothing else in it.
double merit_of(const PatternPair& pair) {
  constexpr double kMost = 1e6;
  return pair.second * kMost > pair.correlation ? pair.correlation / pair.second : kMost;
}

Status check_steps(const Trace& trace, double step) {
  if (trace.rails.empty()) {
    return Error{Blame::kLab, "the trace has no rail that a pattern could be in", ""};
  }
  if (step >= kLeastStepSamples) return {};
  return Error{
      Blame::kLab,
      fmt::format("the sync pattern's steps of {:.1f} samples are too short for this meter "
                  "(at least {:.0f})",
                  step, kLeastStepSamples),
      "make the pattern's steps longer"};
}

/// Both patterns, found and refined.
struct Found {
  PatternPair pair;
  PatternPlace lead, trail;

  /// The ends are two places that are independently known: the worse one holds for all.
  [[nodiscard]] double sigma() const { return std::max({lead.sigma, trail.sigma, kSamplingSigma}); }
  /// What a capacitor carries over both ends is missing in a window: it counts as their error.
  [[nodiscard]] double edge_sigma() const {
    return std::hypot(sigma(), std::max(lead.smear, trail.smear) / std::sqrt(2.0));
  }
};

Result<Found> find_patterns(const Trace& trace, const PatternMarks& marks,
                            const NominalRates& rates) {
  const double step = static_cast<double>(marks.mark_ticks) * rates.samples_per_tick();
  HIL_TRY(check_steps(trace, step));
  const double distance =
      rates.samples_per_tick() * static_cast<double>(marks.trail_ticks - marks.lead_ticks);
  const double reach = 1.5 * kMostPpm * 1e-6 * distance + step / 8;
  const std::vector<double> total = total_of(trace);
  Found found;
  found.pair = find_pattern_pair(total, step, distance, reach);
  HIL_TRY(check_pair(found.pair));
  HIL_TRY(check_whole(trace, found.pair.lead, kSyncSteps * step));
  HIL_TRY(check_whole(trace, found.pair.trail, kSyncSteps * step));
  found.lead = refine_pattern(total, step, found.pair.lead);
  found.trail = refine_pattern(total, step, found.pair.trail);
  return found;
}

}  // namespace

Result<Cut> cut_by_trace_pattern(const Trace& trace, std::span<const DeviceWindow> windows,
                                 const PatternMarks& marks) {
  HIL_TRY(check_marks(windows, marks));
  const NominalRates rates{marks.tick_hz, trace.rate_hz};
  HIL_ASSIGN(const Found found, find_patterns(trace, marks, rates));
  const std::vector<EdgePair> pairs = {{marks.lead_ticks, found.lead.begin, 0},
                                       {marks.trail_ticks, found.trail.begin, 0}};
  HIL_ASSIGN(const EdgeFit fit, fit_edges(pairs, rates, found.sigma()));
  Cut cut;
  cut.alignment = Alignment::kTracePattern;
  cut.clock = fit.clock;
  cut.merit = merit_of(found.pair);
  for (const DeviceWindow& told : windows) {
    Window window = unplaced(told);
    window.begin = fit.index_at(told.begin_ticks);
    window.end = fit.index_at(told.end_ticks);
    window.edge_sigma = found.edge_sigma();
    cut.windows.push_back(std::move(window));
  }
  if (fit.clock.nominal_rate) {
    cut.notes.push_back(
        "the two patterns are too near each other to say anything of the clocks' "
        "ratio: it is taken to be what both claim");
  }
  reject_spoiled(trace, cut.windows);
  HIL_TRY(check_any_counts(cut.windows));
  return cut;
}

}  // namespace hil::energy
