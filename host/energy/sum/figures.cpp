// SPDX-License-Identifier: Apache-2.0
// What a record says of energy, from a trace and its windows.
#include "host/energy/sum/figures.hpp"

#include <algorithm>
#include <cmath>

#include "host/energy/sum/budget.hpp"
#include "host/energy/sum/repetition.hpp"

namespace hil::energy {
namespace {

constexpr double kMicro = 1e6;
constexpr double kMilli = 1e3;

double mean_volts(const Trace& trace, const std::vector<WindowSum>& sums) {
  if (trace.supply.source != VoltageSource::kMeasured) return trace.supply.volts;
  double volt_seconds = 0;
  double seconds = 0;
  for (const WindowSum& sum : sums) {
    for (const RailSum& rail : sum.rails) {
      if (rail.volts <= 0) continue;
      volt_seconds += rail.volts * sum.seconds;
      seconds += sum.seconds;
      break;
    }
  }
  return seconds > 0 ? volt_seconds / seconds : trace.supply.volts;
}

results::EnergySupply supply_of(const Trace& trace, const std::vector<WindowSum>& sums) {
  results::EnergySupply supply;
  switch (trace.supply.source) {
    case VoltageSource::kUnknown:
      return supply;
    case VoltageSource::kSet:
      supply.source = "set";
      break;
    case VoltageSource::kStated:
      supply.source = "stated";
      break;
    case VoltageSource::kMeasured:
      supply.source = "measured";
      break;
  }
  supply.volts = mean_volts(trace, sums);
  supply.uncertainty_v = trace.supply.uncertainty_v;
  return supply;
}

results::EnergyMeter meter_of(const Trace& trace) {
  const MeterInfo& info = trace.meter;
  return {info.kind,     info.model,       info.serial,
          info.firmware, info.calibration, trace.accuracy.source,
          info.emulated, trace.rate_hz};
}

results::EnergyAlignment alignment_of(const Trace& trace, const MeasuredWindows& measured,
                                      const std::vector<Window>& windows,
                                      const std::vector<WindowSum>& sums) {
  results::EnergyAlignment alignment;
  alignment.method = word_of(measured.alignment);
  const WindowOrigin origin(measured.alignment, measured.fit);
  std::vector<double> sigmas;
  std::vector<double> shares;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    sigmas.push_back(windows[i].edge_sigma);
    const bool energy = sums[i].joules.has_value();
    const double whole = energy ? *sums[i].joules : sums[i].coulombs.value_or(0);
    const Measure measure = energy ? Measure::kEnergy : Measure::kCharge;
    const auto budget = budget_of(trace, sums[i], measure, origin.ends(windows[i]));
    if (whole > 0) shares.push_back(std::hypot(budget.own.edges, budget.common.edges) / whole);
  }
  alignment.sigma_s = median_of(sigmas) / trace.rate_hz;
  alignment.error_share = median_of(shares);
  if (!measured.fit) return alignment;
  alignment.edges = measured.fit->edges;
  alignment.residual_s = measured.fit->residual / trace.rate_hz;
  if (!measured.fit->nominal_rate) {
    alignment.ppm = measured.fit->ppm;
    alignment.ppm_uncertainty = measured.fit->ppm_uncertainty;
  }
  return alignment;
}

/// Uncertainty of the idle power itself, without the gain.
double idle_uncertainty(const Trace& trace, const IdleSecond& mean) {
  WindowSum second;
  second.seconds = 1;
  for (std::size_t r = 0; r < trace.rails.size(); ++r) {
    RailSum& rail = second.rails.emplace_back();
    rail.shares = mean.shares[r];
    rail.power = trace.rails[r].quantity == Quantity::kPower;
    double joules = 0;
    for (const StepShare& share : rail.shares) {
      joules += share.joules;
      rail.integral += share.integral;
    }
    rail.joules = joules;
    rail.volts = rail.power ? trace.supply.volts : rail.integral > 0 ? joules / rail.integral : 0;
    rail.dithered = 1;  // its code step is in common_w
  }
  const auto parts = budget_of(trace, second, Measure::kEnergy, {}).common;
  return std::sqrt(parts.offset * parts.offset + parts.voltage * parts.voltage +
                   mean.common_w * mean.common_w + mean.random_w * mean.random_w);
}

results::EnergyIdle idle_of(const Trace& trace, const MeasuredWindows& measured,
                            const IdleTrack& track) {
  const IdleSecond mean = track.mean();
  results::EnergyIdle idle;
  idle.mode = measured.idle_mode;
  idle.watts = mean.watts;
  idle.amps = mean.amps;
  idle.uncertainty_w = idle_uncertainty(trace, mean);
  idle.seconds = track.seconds();
  idle.windows = static_cast<std::uint32_t>(track.windows());
  return idle;
}

std::vector<results::EnergyRail> rails_of(const Trace& trace, const std::vector<Window>& windows,
                                          const std::vector<WindowSum>& sums) {
  std::vector<results::EnergyRail> rails;
  for (std::size_t r = 0; r < trace.rails.size(); ++r) {
    std::vector<double> joules;
    double coulombs = 0;
    double seconds = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const RailSum& rail = sums[i].rails[r];
      if (rail.joules) joules.push_back(*rail.joules / windows[i].inferences);
      if (!rail.power) coulombs += rail.integral;
      seconds += sums[i].seconds;
    }
    rails.push_back({trace.rails[r].name, median_of(joules) * kMicro,
                     seconds > 0 ? coulombs / seconds * kMilli : 0});
  }
  return rails;
}

void set_currents(const std::vector<WindowSum>& sums, results::Energy& energy) {
  double coulombs = 0;
  double seconds = 0;
  std::vector<double> lengths;
  for (const WindowSum& sum : sums) {
    coulombs += sum.coulombs.value_or(0);
    seconds += sum.seconds;
    lengths.push_back(sum.seconds);
    energy.peak_ma = std::max(energy.peak_ma, sum.peak_amps * kMilli);
  }
  energy.mean_ma = seconds > 0 ? coulombs / seconds * kMilli : 0;
  energy.window_s = median_of(lengths);
}

}  // namespace

results::EnergyWindow describe_window(const Trace& trace, const Window& window) {
  results::EnergyWindow row;
  row.kind = word_of(window.kind);
  row.inferences = window.inferences;
  row.rejected = window.rejected;
  if (trace.rate_hz > 0) {
    row.begin_s = window.begin / trace.rate_hz;
    row.end_s = window.end / trace.rate_hz;
  }
  if (!lies_in(window, trace)) {
    if (row.rejected.empty()) row.rejected = kBeyondRecording;
    return row;
  }
  const WindowSum sum = integrate(trace, window);
  row.energy_uj = sum.joules.value_or(0) * kMicro;
  row.charge_uc = sum.coulombs.value_or(0) * kMicro;
  row.mean_ma = sum.seconds > 0 ? sum.coulombs.value_or(0) / sum.seconds * kMilli : 0;
  row.peak_ma = sum.peak_amps * kMilli;
  row.range_switches = static_cast<std::uint32_t>(sum.range_switches);
  row.lost_samples = sum.lost;
  return row;
}

Result<results::Energy> figures_of(const Trace& trace, const MeasuredWindows& measured) {
  const IdleTrack idle(trace, measured.windows);
  HIL_ASSIGN(const auto figures,
             repeated_figures(trace, measured.windows, measured.kind,
                              WindowOrigin(measured.alignment, measured.fit), &idle));
  const std::vector<Window> kept = counting_windows(trace, measured.windows, measured.kind);
  std::vector<WindowSum> sums;
  for (const Window& window : kept)
    sums.push_back(integrate(trace, window));
  results::Energy energy;
  energy.meter = meter_of(trace);
  energy.supply = supply_of(trace, sums);
  energy.scope = measured.scope;
  energy.alignment = alignment_of(trace, measured, kept, sums);
  if (!idle.empty()) energy.idle = idle_of(trace, measured, idle);
  energy.gross_uj = figures.gross_uj;
  energy.net_uj = figures.net_uj;
  energy.charge_uc = figures.charge_uc;
  set_currents(sums, energy);
  energy.rails = rails_of(trace, kept, sums);
  for (const Window& window : measured.windows)
    energy.windows.push_back(describe_window(trace, window));
  return energy;
}

}  // namespace hil::energy
