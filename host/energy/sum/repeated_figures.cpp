// SPDX-License-Identifier: Apache-2.0
// Medians over windows, and what their uncertainty is made of.
#include <fmt/format.h>

#include "host/energy/sum/budget.hpp"
#include "host/energy/sum/figures.hpp"
#include "host/energy/sum/repetition.hpp"
#include "host/energy/sum/window_samples.hpp"
#include "host/energy/window/clock_fit.hpp"

namespace hil::energy {
namespace {

constexpr double kMicro = 1e6;

/// Whether an error of where windows are is one for all of them.
bool ends_alike(Alignment alignment) {
  return alignment == Alignment::kTracePattern || alignment == Alignment::kHostClock;
}

Error none_counts(const Trace& trace, const std::vector<Window>& windows, WindowKind kind) {
  std::string why = "there is none";
  for (const Window& window : windows) {
    if (window.kind != kind) continue;
    if (!window.rejected.empty()) {
      why = window.rejected;
    } else if (!lies_in(window, trace)) {
      why = kBeyondRecording;
    } else {
      why = "it holds nothing to count";
    }
    break;
  }
  return {Blame::kLab, fmt::format("no window of kind {} counts: {}", word_of(kind), why),
          "look at the windows in the record, and measure again"};
}

}  // namespace

WindowOrigin::WindowOrigin(Alignment found_by, const std::optional<ClockFit>& fit)
    : alignment(found_by) {
  // Without a rate that was fitted, clocks may be apart by all that is allowed.
  constexpr double kUnknownPpm = kMostPpm / 1.7320508075688772;
  if (found_by == Alignment::kHostClock) {
    length_share = (fit ? fit->ppm_uncertainty : kUnknownPpm) * 1e-6;
  }
}

WindowEnds WindowOrigin::ends(const Window& window) const {
  return {window.edge_sigma, length_share};
}

std::vector<Window> counting_windows(const Trace& trace, const std::vector<Window>& windows,
                                     WindowKind kind) {
  std::vector<Window> kept;
  for (const Window& window : windows) {
    if (window.kind == kind && window.rejected.empty() && window.inferences > 0 &&
        lies_in(window, trace)) {
      kept.push_back(window);
    }
  }
  return kept;
}

Result<RepeatedFigures> repeated_figures(const Trace& trace, const std::vector<Window>& windows,
                                         WindowKind kind, const WindowOrigin& origin,
                                         const IdleTrack* idle) {
  const std::vector<Window> kept = counting_windows(trace, windows, kind);
  if (kept.empty() || trace.rate_hz <= 0) return none_counts(trace, windows, kind);
  const bool with_idle = idle != nullptr && !idle->empty();
  WindowSamples gross;
  WindowSamples net;
  WindowSamples charge;
  WindowSamples power;
  std::vector<double> seconds;
  for (const Window& window : kept) {
    const WindowSum sum = integrate(trace, window);
    const WindowEnds ends = origin.ends(window);
    const double scale = kMicro / window.inferences;
    seconds.push_back(sum.seconds / window.inferences);
    if (sum.joules) {
      const auto budget = budget_of(trace, sum, Measure::kEnergy, ends);
      gross.add(*sum.joules, budget, scale);
      power.add(*sum.joules, budget, kMicro / sum.seconds);
    }
    if (sum.joules && with_idle) {
      const IdleSecond second = idle->at((window.begin + window.end) / 2);
      net.add(*sum.joules - second.watts * sum.seconds,
              budget_of(trace, sum, Measure::kEnergy, ends, &second), scale);
    }
    if (sum.coulombs) {
      charge.add(*sum.coulombs, budget_of(trace, sum, Measure::kCharge, ends), scale);
    }
  }
  RepeatedFigures figures;
  const bool alike = ends_alike(origin.alignment);
  const std::size_t idles = with_idle ? idle->windows() : 0;
  if (!gross.empty()) figures.gross_uj = gross.figure(alike, idles);
  if (!net.empty()) figures.net_uj = net.figure(alike, idles);
  if (!charge.empty()) figures.charge_uc = charge.figure(alike, idles);
  if (!power.empty()) figures.average_uw = power.figure(alike, idles);
  figures.seconds = median_of(seconds);
  figures.windows = kept.size();
  return figures;
}

}  // namespace hil::energy
