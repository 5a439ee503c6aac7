// SPDX-License-Identifier: Apache-2.0
// Readings between guards, as windows.
#include "host/measure/energy/host_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "host/energy/window/anchored_clock.hpp"
#include "host/energy/window/host_cut.hpp"

namespace hil::measure {
namespace {

using energy::CounterWindow;
using energy::DeviceWindow;
using energy::HostAnchor;
using Counts = std::vector<HostCount>;
using Place = Counts::const_iterator;

/// What the fit takes for samples: fine enough that rounding to one does not matter.
constexpr double kPerSecond = 1e6;

Error wrong_file(const std::string& what) {
  return {Blame::kUser, what, "give the trace that belongs to a record of hilbench energy"};
}

Status check(const EnergyFacts& facts) {
  for (const HostAnchor& anchor : facts.anchors) {
    if (!std::isfinite(anchor.trace_s) || !std::isfinite(anchor.sigma_s) || anchor.sigma_s <= 0)
      return wrong_file("the trace's file has a moment of the host's clock that cannot be");
  }
  for (std::size_t i = 0; i < facts.counts.size(); ++i) {
    const HostCount& count = facts.counts[i];
    bool possible = std::isfinite(count.joules) && std::isfinite(count.sigma_s) &&
                    std::isfinite(count.at_s) && count.sigma_s >= 0 && count.still_s >= 0;
    if (i > 0) {
      const HostCount& before = facts.counts[i - 1];
      possible = possible && count.at_s > before.at_s && count.joules >= before.joules;
    }
    if (!possible) {
      return wrong_file(
          fmt::format("reading {} of the counter in the trace's file cannot be", i + 1));
    }
  }
  if (!facts.counts.empty() && !facts.anchors.empty()) return {};
  return wrong_file("the trace's file has no readings of a counter by the host's clock");
}

/// Where the device's ticks are, in 1/kPerSecond seconds of the host.
Result<energy::AnchoredClock> host_time_of(const EnergyFacts& facts) {
  return energy::AnchoredClock::fit(facts.anchors, facts.tick_hz, kPerSecond);
}

/// Joules at second @p at_s on the line through two readings, and not beyond them.
double joules_between(const HostCount& before, const HostCount& behind, double at_s) {
  const double share = (at_s - before.at_s) / (behind.at_s - before.at_s);
  return before.joules + std::clamp(share, 0.0, 1.0) * (behind.joules - before.joules);
}

/// The first of @p counts that is not before second @p at_s.
Place first_from(const Counts& counts, double at_s) {
  return std::lower_bound(counts.begin(), counts.end(), at_s,
                          [](const HostCount& count, double at) { return count.at_s < at; });
}

/// One window, and the readings that say what it took.
struct Counted {
  CounterWindow window;
  double sigma_s = 0;         ///< of where its ends are
  std::vector<Place> needed;  ///< the readings that it follows from
};

class Counter {
 public:
  Counter(const Counts& counts, const energy::AnchoredClock& time) : counts_(counts), time_(time) {}

  [[nodiscard]] Counted count(const DeviceWindow& told) const {
    Counted counted;
    CounterWindow& window = counted.window;
    window.kind = told.kind;
    window.begin_s = time_.index_at(told.begin_ticks) / kPerSecond;
    window.end_s = time_.index_at(told.end_ticks) / kPerSecond;
    counted.sigma_s =
        std::max(time_.sigma_at(told.begin_ticks), time_.sigma_at(told.end_ticks)) / kPerSecond;
    const auto [first, last] = between_guards(window, counted.sigma_s);
    if (first == last) {
      window.inferences = told.inferences;
      window.rejected = "the counter was not read twice between its guards";
      return counted;
    }
    counted.needed = {first, last};
    fill(told, first, last, counted);
    if (window.rejected.empty()) check_still(first, last, counted);
    return counted;
  }

 private:
  /// The first and the last reading that surely lie in @p window; the same one if there are no two.
  [[nodiscard]] std::pair<Place, Place> between_guards(const CounterWindow& window,
                                                       double sigma_s) const {
    const auto guard = [sigma_s](const HostCount& count) {
      return energy::kGuardSigmas * std::hypot(sigma_s, count.sigma_s);
    };
    Place first = counts_.end();
    Place last = first;
    for (Place at = first_from(counts_, window.begin_s);
         at != counts_.end() && at->at_s < window.end_s; ++at) {
      if (at->at_s < window.begin_s + guard(*at) || at->at_s > window.end_s - guard(*at)) continue;
      if (first == counts_.end()) first = at;
      last = at;
    }
    return {first, last};
  }

  /// Begins with a reading and has whole inferences, or all time up to the last reading.
  void fill(const DeviceWindow& told, Place first, Place last, Counted& counted) const {
    CounterWindow& window = counted.window;
    const double whole_s = window.end_s - window.begin_s;
    const double between_s = last->at_s - first->at_s;
    double length_s = between_s;
    if (told.inferences > 0) {
      const double whole = std::floor(told.inferences * std::min(1.0, between_s / whole_s));
      window.inferences = static_cast<std::uint32_t>(whole);
      length_s = whole_s * whole / told.inferences;
    }
    window.begin_s = first->at_s;
    window.end_s = first->at_s + length_s;
    const Place behind = std::clamp(first_from(counts_, window.end_s), std::next(first), last);
    window.joules = joules_between(*std::prev(behind), *behind, window.end_s) - first->joules;
    window.edge_sigma_s = std::max(first->sigma_s, last->sigma_s);
    counted.needed.insert(counted.needed.end(), {behind, std::prev(behind)});
    reject_short(told, whole_s, between_s, window);
  }

  static void reject_short(const DeviceWindow& told, double whole_s, double between_s,
                           CounterWindow& window) {
    const bool idle = told.kind == energy::WindowKind::kIdle;
    const double least_s = idle ? energy::kLeastHostIdle_s : energy::kLeastHostWindow_s;
    if (between_s < least_s) {
      window.rejected = fmt::format(
          "{:.3f} s of its {:.3f} s lie between readings and guards; the host's clock needs "
          "{:.0f} s",
          between_s, whole_s, least_s);
    } else if (told.inferences > 0 && window.inferences == 0) {
      window.rejected = "it has no whole inference between its guards";
    }
  }

  static void check_still(Place first, Place last, Counted& counted) {
    const auto still = [first](const HostCount& count) {
      return std::min(count.still_s, count.at_s - first->at_s);
    };
    const Place longest = std::max_element(
        first, std::next(last),
        [&still](const HostCount& a, const HostCount& b) { return still(a) < still(b); });
    counted.needed.push_back(longest);
    if (still(*longest) < kMostStill_s) return;
    counted.window.rejected =
        fmt::format("the counter stood still for {:.1f} s in it", still(*longest));
  }

  const Counts& counts_;
  const energy::AnchoredClock& time_;
};

Result<std::vector<Counted>> count_all(const std::vector<DeviceWindow>& windows,
                                       const Counts& counts, const energy::AnchoredClock& time,
                                       std::uint64_t tick_hz) {
  HIL_TRY(energy::check_windows(windows, tick_hz));
  const Counter counter(counts, time);
  std::vector<Counted> counted;
  for (const DeviceWindow& window : windows)
    counted.push_back(counter.count(window));
  return counted;
}

/// Joules at second @p at_s; those of the first or last reading beyond them.
double joules_at(const Counts& counts, double at_s) {
  const Place behind = first_from(counts, at_s);
  if (behind == counts.begin()) return counts.front().joules;
  if (behind == counts.end()) return counts.back().joules;
  return joules_between(*std::prev(behind), *behind, at_s);
}

}  // namespace

Result<HostCounted> host_counted_run(const energy::TraceFile& file, const EnergyFacts& facts) {
  HIL_TRY(check(facts));
  HIL_ASSIGN(const energy::AnchoredClock time, host_time_of(facts));
  HIL_ASSIGN(auto counted, count_all(file.device_windows, facts.counts, time, facts.tick_hz));
  HostCounted all;
  all.clock = time.clock();
  all.clock_hz = kPerSecond;
  energy::CounterRun& run = all.run;
  run.meter = file.trace.meter;
  run.accuracy = file.trace.accuracy;
  // Between readings the mean power is known; how long an inference takes, the device's clock says.
  run.accuracy.time_base = std::hypot(run.accuracy.time_base, all.clock.ppm_uncertainty * 1e-6);
  run.supply = file.trace.supply;
  run.kind = facts.kind;
  run.scope = facts.scope;
  run.idle_mode = facts.idle_mode;
  for (Counted& one : counted) {
    all.sigma_s = std::max(all.sigma_s, one.sigma_s);
    run.windows.push_back(std::move(one.window));
  }
  return all;
}

Result<Counts> needed_counts(const std::vector<DeviceWindow>& windows, const EnergyFacts& facts) {
  HIL_TRY(check(facts));
  HIL_ASSIGN(const energy::AnchoredClock time, host_time_of(facts));
  HIL_ASSIGN(const auto counted, count_all(windows, facts.counts, time, facts.tick_hz));
  std::set<Place> needed;
  for (const Counted& one : counted)
    needed.insert(one.needed.begin(), one.needed.end());
  if (needed.empty()) needed.insert(facts.counts.begin());  // that there are readings is known then
  Counts kept;
  for (const Place& place : needed)
    kept.push_back(*place);
  return kept;
}

Counts counts_since(Deadline::Clock::time_point zero,
                    const std::vector<energy::CounterReading>& readings) {
  Counts counts;
  for (const energy::CounterReading& reading : readings) {
    const std::chrono::duration<double> since = reading.at - zero;
    counts.push_back({since.count(), reading.joules, reading.at_uncertainty_s, reading.still_s});
  }
  return counts;
}

std::vector<energy::Window> windows_in_picture(const energy::CounterRun& run,
                                               const energy::TraceFile& file) {
  std::vector<energy::Window> windows;
  for (std::size_t w = 0; w < run.windows.size() && w < file.device_windows.size(); ++w) {
    const CounterWindow& counted = run.windows[w];
    energy::Window window = energy::unplaced(file.device_windows[w]);
    window.begin = counted.begin_s * file.trace.rate_hz;
    window.end = counted.end_s * file.trace.rate_hz;
    window.edge_sigma = counted.edge_sigma_s * file.trace.rate_hz;
    window.inferences = counted.inferences;
    window.rejected = counted.rejected;
    windows.push_back(std::move(window));
  }
  return windows;
}

energy::Rail power_between(const Counts& counts, double rate_hz, const std::string& name) {
  energy::Rail rail;
  rail.name = name;
  rail.quantity = energy::Quantity::kPower;
  if (counts.empty()) return rail;
  const auto samples = static_cast<std::size_t>(std::max(0.0, counts.back().at_s * rate_hz));
  double before = joules_at(counts, 0);
  for (std::size_t k = 1; k <= samples; ++k) {
    const double behind = joules_at(counts, static_cast<double>(k) / rate_hz);
    rail.values.push_back(static_cast<float>((behind - before) * rate_hz));
    before = behind;
  }
  return rail;
}

}  // namespace hil::measure
