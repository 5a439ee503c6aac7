// SPDX-License-Identifier: Apache-2.0
// Cutting, summing, and what phases, operators and a duty make of it.
#include "host/measure/energy/energy_figures.hpp"

#include <cmath>
#include <span>
#include <utility>

#include "host/energy/sum/counter_figures.hpp"
#include "host/energy/sum/figures.hpp"
#include "host/energy/window/host_cut.hpp"
#include "host/energy/window/trace_pattern.hpp"
#include "host/measure/energy/counted_figures.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/measure/energy/energy_parts.hpp"
#include "host/measure/energy/host_counts.hpp"
#include "host/measure/energy/run_cut.hpp"

namespace hil::measure {
namespace {

using energy::Cut;
using energy::TraceFile;
using energy::Window;

/// Of a normal distribution, what lies within two standard deviations.
constexpr double kTwoSigma = 0.9545;

Status check_groups(const EnergyFacts& facts, std::size_t windows) {
  std::uint64_t sum = 0;
  for (const WindowGroup& group : facts.groups)
    sum += group.windows;
  if (sum == windows) return {};
  return Error{Blame::kUser, "the trace's file has other windows than its options tell of",
               "give the trace that belongs to a record of hilbench energy"};
}

Result<Cut> cut(const TraceFile& file, const EnergyFacts& facts) {
  switch (facts.alignment) {
    case energy::Alignment::kLogic:
      return cut_runs(file, facts);
    case energy::Alignment::kTracePattern:
      return energy::cut_by_trace_pattern(file.trace, file.device_windows, facts.marks);
    default:
      return energy::cut_by_host_clock(file.trace, file.device_windows, facts.anchors,
                                       facts.tick_hz);
  }
}

/// Of a counter's readings: no samples, so neither cut windows nor parts.
Result<ComputedEnergy> count_energy(const TraceFile& file, const EnergyFacts& facts) {
  HIL_ASSIGN(const energy::CounterRun run, counted_run(file, facts));
  ComputedEnergy computed;
  HIL_ASSIGN(computed.energy, energy::counter_figures(run));
  return computed;
}

/// Of readings of a counter on this machine; the windows lie in the trace's picture.
Result<ComputedEnergy> count_by_host(const TraceFile& file, const EnergyFacts& facts) {
  HIL_ASSIGN(const HostCounted counted, host_counted_run(file, facts));
  ComputedEnergy computed;
  HIL_ASSIGN(computed.energy, energy::counter_figures(counted.run));
  computed.energy.meter.rate_hz = file.trace.rate_hz;
  results::EnergyAlignment& alignment = computed.energy.alignment;
  alignment.method = energy::word_of(facts.alignment);
  alignment.sigma_s = counted.sigma_s;
  alignment.residual_s = counted.clock.residual / counted.clock_hz;
  alignment.edges = counted.clock.edges;
  if (!counted.clock.nominal_rate) {
    alignment.ppm = counted.clock.ppm;
    alignment.ppm_uncertainty = counted.clock.ppm_uncertainty;
  }
  computed.windows = windows_in_picture(counted.run, file);
  return computed;
}

results::Metric metric_of(const char* name, const char* unit, const results::EnergyFigure& figure,
                          const results::Energy& energy) {
  results::Metric metric;
  metric.name = name;
  metric.unit = unit;
  metric.kind = results::MetricKind::kNoisy;
  metric.better = results::Better::kLower;
  metric.origin = energy.meter.emulated ? results::Origin::kEmulated : results::Origin::kMeasured;
  metric.scope = energy.scope;
  metric.value = figure.value;
  const double u = figure.parts.combined();
  metric.uncertainty = u;
  metric.interval = results::Interval{figure.value - 2 * u, figure.value + 2 * u, kTwoSigma, "k=2"};
  return metric;
}

}  // namespace

Result<ComputedEnergy> compute_energy(const TraceFile& file) {
  HIL_ASSIGN(const EnergyFacts facts, facts_from(file.options));
  HIL_TRY(check_groups(facts, file.device_windows.size()));
  if (facts.alignment == energy::Alignment::kCounter) return count_energy(file, facts);
  if (!facts.counts.empty()) return count_by_host(file, facts);
  HIL_ASSIGN(Cut found, cut(file, facts));
  energy::MeasuredWindows measured;
  measured.kind = facts.kind;
  measured.alignment = facts.alignment;
  measured.fit = found.clock;
  measured.scope = facts.scope;
  measured.idle_mode = facts.idle_mode;
  measured.windows = windows_of(found.windows, facts, WindowUse::kFigures);
  ComputedEnergy computed;
  HIL_ASSIGN(computed.energy, energy::figures_of(file.trace, measured));
  HIL_TRY(add_parts(file.trace, found.windows, facts, computed.energy));
  computed.windows = std::move(found.windows);
  computed.notes = std::move(found.notes);
  return computed;
}

std::vector<results::Metric> energy_metrics(const results::Energy& energy) {
  std::vector<results::Metric> metrics;
  if (energy.gross_uj) {
    metrics.push_back(metric_of("energy_gross_uj", "uJ", *energy.gross_uj, energy));
  }
  if (energy.net_uj) metrics.push_back(metric_of("energy_net_uj", "uJ", *energy.net_uj, energy));
  if (energy.charge_uc) metrics.push_back(metric_of("charge_uc", "uC", *energy.charge_uc, energy));
  return metrics;
}

}  // namespace hil::measure
