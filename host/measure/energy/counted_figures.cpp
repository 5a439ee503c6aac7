// SPDX-License-Identifier: Apache-2.0
// Differences of readings, as windows.
#include "host/measure/energy/counted_figures.hpp"

#include <fmt/format.h>

#include <cmath>

namespace hil::measure {
namespace {

using energy::CounterWindow;
using session::EnergyCounterReading;

/// Standard deviation of what lies anywhere within @p width.
double spread_of(double width) {
  return width / std::sqrt(12.0);
}

class Counted {
 public:
  Counted(const CounterFacts& counter, std::uint64_t tick_hz, std::uint64_t first_tick)
      : counter_(counter), tick_hz_(static_cast<double>(tick_hz)), first_tick_(first_tick) {}

  [[nodiscard]] CounterWindow window(const energy::DeviceWindow& told,
                                     const CountedWindow& count) const {
    CounterWindow window;
    window.kind = told.kind;
    window.inferences = told.inferences;
    window.begin_s = seconds(told.begin_ticks - first_tick_);
    window.end_s = seconds(told.end_ticks - first_tick_);
    if (!count.before || !count.behind) {
      window.rejected = "the counter on the board did not answer";
    } else if (!encloses(*count.before, *count.behind, told)) {
      window.rejected = "the counter was not read around it";
    } else {
      fill(*count.before, *count.behind, window);
    }
    return window;
  }

 private:
  [[nodiscard]] double seconds(std::uint64_t ticks) const {
    return static_cast<double>(ticks) / tick_hz_;
  }

  static bool encloses(const EnergyCounterReading& before, const EnergyCounterReading& behind,
                       const energy::DeviceWindow& told) {
    return before.ticks <= told.begin_ticks && told.begin_ticks < told.end_ticks &&
           told.end_ticks <= behind.ticks;
  }

  void fill(const EnergyCounterReading& before, const EnergyCounterReading& behind,
            CounterWindow& window) const {
    const double length = window.end_s - window.begin_s;
    const double between = seconds(behind.ticks - before.ticks);
    const double share = length / between;
    window.joules = share * energy::joules_between(before.energy, behind.energy, counter_.scale);
    window.coulombs =
        share * energy::coulombs_between(before.charge, behind.charge, counter_.scale);
    const double took = seconds(std::max(before.took_ticks, behind.took_ticks));
    const double beside = between - length;  // half of it at each end, from none to twice the mean
    window.edge_sigma_s =
        std::hypot(spread_of(took), spread_of(counter_.scale.refresh_s), spread_of(beside));
  }

  const CounterFacts& counter_;
  double tick_hz_;
  std::uint64_t first_tick_;
};

}  // namespace

Result<energy::CounterRun> counted_run(const energy::TraceFile& file, const EnergyFacts& facts) {
  const auto& windows = file.device_windows;
  if (!facts.counter || facts.counter->windows.size() != windows.size() || windows.empty()) {
    return Error{Blame::kUser, "the trace's file has other readings of a counter than windows",
                 "give the trace that belongs to a record of hilbench energy"};
  }
  HIL_TRY(energy::check_windows(windows, facts.tick_hz));
  const Counted counted(*facts.counter, facts.tick_hz, windows.front().begin_ticks);
  energy::CounterRun run;
  run.meter = file.trace.meter;
  run.accuracy = file.trace.accuracy;
  run.supply = file.trace.supply;
  run.kind = facts.kind;
  run.scope = facts.scope;
  run.idle_mode = facts.idle_mode;
  for (std::size_t w = 0; w < windows.size(); ++w)
    run.windows.push_back(counted.window(windows[w], facts.counter->windows[w]));
  return run;
}

}  // namespace hil::measure
