// SPDX-License-Identifier: Apache-2.0
// Energy from readings of a counter on this machine, taken while the board worked through its
// windows.
#pragma once

#include <vector>

#include "host/base/result.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/power_meter.hpp"
#include "host/energy/sum/counter_figures.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/measure/energy/energy_facts.hpp"

namespace hil::measure {

/// What the readings of a counter make of a run's windows.
struct HostCounted {
  energy::CounterRun run;
  energy::ClockFit clock;  ///< of the device against the host; indices are of `clock_hz`
  double clock_hz = 0;
  double sigma_s = 0;  ///< standard uncertainty of where a window's ends are on the host's clock
};

/// Places the windows of @p file on the host's clock by facts.anchors, drops a guard of at least
/// energy::kGuardSigmas standard uncertainties at both ends, and takes the first and the last
/// reading of facts.counts in what is left. The counter's mean power between the two, times the
/// time that the whole inferences between them take, is the window's energy. Times are seconds
/// since facts.anchors' zero.
///
/// Not counted are windows with less than energy::kLeastHostWindow_s (idle: kLeastHostIdle_s)
/// between these readings, and those in which the counter stood still for kMostStill_s: a counter
/// that does not move is stuck, and no 0 W.
///   kUser    facts.counts are missing, or no readings that can be
///   kDevice  windows are not in order; the clock is off by more than energy::kMostPpm
Result<HostCounted> host_counted_run(const energy::TraceFile& file, const EnergyFacts& facts);

/// RAPL is refreshed every millisecond, and no machine draws less than its unit (61 uJ) in a
/// second.
inline constexpr double kMostStill_s = 1;

/// Those of facts.counts that host_counted_run() needs, which gives the same of them alone.
///   as host_counted_run()
Result<std::vector<HostCount>> needed_counts(const std::vector<energy::DeviceWindow>& windows,
                                             const EnergyFacts& facts);

/// @p readings (in order) as facts keep them: seconds since @p zero.
std::vector<HostCount> counts_since(Deadline::Clock::time_point zero,
                                    const std::vector<energy::CounterReading>& readings);

/// The windows of @p run, which is of @p file, as they lie in its trace's samples.
std::vector<energy::Window> windows_in_picture(const energy::CounterRun& run,
                                               const energy::TraceFile& file);

/// The mean power of @p counts on a grid of @p rate_hz from second 0 on, as the one rail @p name,
/// for pictures.
energy::Rail power_between(const std::vector<HostCount>& counts, double rate_hz,
                           const std::string& name);

}  // namespace hil::measure
