// SPDX-License-Identifier: Apache-2.0
// Readings instead of samples; the same medians and parts.
#include "host/energy/sum/counter_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "host/energy/sum/budget.hpp"
#include "host/energy/sum/integrate.hpp"
#include "host/energy/sum/repetition.hpp"
#include "host/energy/sum/window_samples.hpp"

namespace hil::energy {
namespace {

constexpr double kMicro = 1e6;
constexpr double kMilli = 1e3;
constexpr double kSqrt2 = 1.4142135623730951;
constexpr double kSqrt6 = 2.449489742783178;

double seconds_of(const CounterWindow& window) {
  return window.end_s - window.begin_s;
}

double middle_of(const CounterWindow& window) {
  return window.begin_s + seconds_of(window) / 2;
}

/// Of @p kind, with a length, not rejected.
std::vector<CounterWindow> kept(const CounterRun& run, WindowKind kind) {
  std::vector<CounterWindow> all;
  for (const CounterWindow& window : run.windows) {
    const bool idle = kind == WindowKind::kIdle;
    const bool sound =
        std::isfinite(window.joules) && std::isfinite(seconds_of(window)) && seconds_of(window) > 0;
    if (window.kind == kind && window.rejected.empty() && sound && (idle || window.inferences > 0))
      all.push_back(window);
  }
  return all;
}

/// What an idle window draws.
struct Idle {
  double watts = 0, amps = 0;
};

Idle idle_of(const CounterWindow& window) {
  return {window.joules / seconds_of(window), window.coulombs.value_or(0) / seconds_of(window)};
}

/// On the line between the idle windows before and behind @p at_s; the nearest beyond them.
Idle idle_at(const std::vector<CounterWindow>& idle, double at_s) {
  const auto behind = std::find_if(idle.begin(), idle.end(), [at_s](const CounterWindow& window) {
    return middle_of(window) >= at_s;
  });
  if (behind == idle.begin()) return idle_of(idle.front());
  if (behind == idle.end()) return idle_of(idle.back());
  const CounterWindow& before = *std::prev(behind);
  const double share = (at_s - middle_of(before)) / (middle_of(*behind) - middle_of(before));
  const Idle a = idle_of(before);
  const Idle b = idle_of(*behind);
  return {a.watts + share * (b.watts - a.watts), a.amps + share * (b.amps - a.amps)};
}

AccuracyStep step_at(const Accuracy& accuracy, double watts) {
  return accuracy.steps.empty() ? AccuracyStep{} : accuracy.steps[step_of(accuracy, watts)];
}

/// From so many idle windows on they are judged about the line between their neighbours, which idle
/// is taken from: drift is no scatter. Fewer know it too badly.
constexpr std::size_t kEnoughIdle = 5;

/// Standard deviation of one of @p idle about the drift.
double scatter_about_drift(const std::vector<CounterWindow>& idle) {
  double squares = 0;
  for (std::size_t i = 1; i + 1 < idle.size(); ++i) {
    const double before = middle_of(idle[i - 1]);
    const double share = (middle_of(idle[i]) - before) / (middle_of(idle[i + 1]) - before);
    const double first = idle_of(idle[i - 1]).watts;
    const double off =
        idle_of(idle[i]).watts - first - share * (idle_of(idle[i + 1]).watts - first);
    squares += off * off / (1 + share * share + (1 - share) * (1 - share));
  }
  return std::sqrt(squares / static_cast<double>(idle.size() - 2));
}

/// Standard deviation of what idle windows say, each: their readings' steps and times, or more if
/// they vary.
double idle_scatter(const CounterRun& run, const std::vector<CounterWindow>& idle) {
  std::vector<double> watts;
  double readings = 0;
  for (const CounterWindow& window : idle) {
    watts.push_back(idle_of(window).watts);
    const AccuracyStep step = step_at(run.accuracy, watts.back());
    const double ends = kSqrt2 * window.edge_sigma_s * std::abs(watts.back());
    readings = std::max(readings, std::hypot(step.code_step_a / kSqrt6, ends) / seconds_of(window));
  }
  return std::max(readings,
                  idle.size() < kEnoughIdle ? deviation_of(watts) : scatter_about_drift(idle));
}

/// @p joules: what gain and time base act on, less than the window's if idle was taken off.
WindowBudget budget_of_reading(const CounterRun& run, const CounterWindow& window, double joules,
                               bool less_idle) {
  const double watts = window.joules / seconds_of(window);
  const AccuracyStep step = step_at(run.accuracy, watts);
  WindowBudget budget;
  budget.common.gain = step.gain * std::abs(joules);
  budget.common.time_base = run.accuracy.time_base * std::abs(joules);
  budget.common.offset = less_idle ? 0 : step.offset_a * seconds_of(window);
  budget.own.code_step = step.code_step_a / kSqrt6;
  // Of a difference to idle, idling a little longer or shorter does not matter.
  budget.own.edges = kSqrt2 * window.edge_sigma_s * std::abs(joules) / seconds_of(window);
  return budget;
}

/// A budget of energy as one of charge: relative parts stay what they are.
WindowBudget times(WindowBudget budget, double factor) {
  for (results::UncertaintyParts* parts : {&budget.common, &budget.own}) {
    for (double* part :
         {&parts->gain, &parts->offset, &parts->time_base, &parts->code_step, &parts->edges})
      *part *= std::abs(factor);
  }
  return budget;
}

Error none_counts(const CounterRun& run) {
  std::string why = "there is none";
  for (const CounterWindow& window : run.windows) {
    if (window.kind != run.kind) continue;
    why = window.rejected.empty() ? "it has no length or nothing to count" : window.rejected;
    break;
  }
  return {Blame::kLab, fmt::format("no window of kind {} counts: {}", word_of(run.kind), why),
          "look at the windows in the record, and measure again"};
}

results::EnergyWindow row_of(const CounterWindow& window) {
  results::EnergyWindow row;
  row.kind = word_of(window.kind);
  row.begin_s = window.begin_s;
  row.end_s = window.end_s;
  row.inferences = window.inferences;
  row.energy_uj = window.joules * kMicro;
  row.charge_uc = window.coulombs.value_or(0) * kMicro;
  row.mean_ma =
      seconds_of(window) > 0 ? window.coulombs.value_or(0) / seconds_of(window) * kMilli : 0;
  row.rejected = window.rejected;
  return row;
}

void add_idle(const CounterRun& run, const std::vector<CounterWindow>& idle,
              results::Energy& energy) {
  results::EnergyIdle& row = energy.idle.emplace();
  row.mode = run.idle_mode;
  double joules = 0;
  double coulombs = 0;
  for (const CounterWindow& window : idle) {
    joules += window.joules;
    coulombs += window.coulombs.value_or(0);
    row.seconds += seconds_of(window);
  }
  row.watts = joules / row.seconds;
  row.amps = coulombs / row.seconds;
  row.windows = static_cast<std::uint32_t>(idle.size());
  row.uncertainty_w =
      std::hypot(step_at(run.accuracy, row.watts).offset_a,
                 idle_scatter(run, idle) / std::sqrt(static_cast<double>(idle.size())));
}

void add_alignment(const std::vector<CounterWindow>& windows, results::Energy& energy) {
  std::vector<double> sigmas;
  std::vector<double> shares;
  for (const CounterWindow& window : windows) {
    sigmas.push_back(window.edge_sigma_s);
    shares.push_back(kSqrt2 * window.edge_sigma_s / seconds_of(window));
  }
  energy.alignment.method = word_of(Alignment::kCounter);
  energy.alignment.sigma_s = median_of(sigmas);
  energy.alignment.error_share = median_of(shares);
}

/// The three figures, and means.
void add_figures(const CounterRun& run, const std::vector<CounterWindow>& windows,
                 const std::vector<CounterWindow>& idle, results::Energy& energy) {
  WindowSamples gross;
  WindowSamples net;
  WindowSamples charge;
  std::vector<double> lengths;
  double coulombs = 0;
  double seconds = 0;
  const double scatter = idle.empty() ? 0 : idle_scatter(run, idle);
  for (const CounterWindow& window : windows) {
    const double scale = kMicro / window.inferences;
    lengths.push_back(seconds_of(window));
    seconds += seconds_of(window);
    gross.add(window.joules, budget_of_reading(run, window, window.joules, false), scale);
    if (!idle.empty()) {
      const double joules =
          window.joules - idle_at(idle, middle_of(window)).watts * seconds_of(window);
      WindowBudget budget = budget_of_reading(run, window, joules, true);
      budget.own.idle = scatter * seconds_of(window);
      net.add(joules, budget, scale);
    }
    if (window.coulombs && window.joules > 0) {
      const WindowBudget budget = budget_of_reading(run, window, window.joules, false);
      charge.add(*window.coulombs, times(budget, *window.coulombs / window.joules), scale);
      coulombs += *window.coulombs;
    }
  }
  energy.gross_uj = gross.figure(false, idle.size());
  if (!net.empty()) energy.net_uj = net.figure(false, idle.size());
  if (!charge.empty()) energy.charge_uc = charge.figure(false, 0);
  energy.mean_ma = seconds > 0 ? coulombs / seconds * kMilli : 0;
  energy.window_s = median_of(lengths);
}

results::EnergySupply supply_of(const Supply& supply) {
  if (supply.source == VoltageSource::kUnknown) return {};
  const char* word = supply.source == VoltageSource::kMeasured ? "measured"
                     : supply.source == VoltageSource::kSet    ? "set"
                                                               : "stated";
  return {supply.volts, supply.uncertainty_v, word};
}

}  // namespace

Result<results::Energy> counter_figures(const CounterRun& run) {
  const std::vector<CounterWindow> windows = kept(run, run.kind);
  if (windows.empty()) return none_counts(run);
  const std::vector<CounterWindow> idle = kept(run, WindowKind::kIdle);
  results::Energy energy;
  const MeterInfo& info = run.meter;
  energy.meter = {info.kind,        info.model,          info.serial,   info.firmware,
                  info.calibration, run.accuracy.source, info.emulated, 0};
  energy.supply = supply_of(run.supply);
  energy.scope = run.scope;
  add_alignment(windows, energy);
  if (!idle.empty()) add_idle(run, idle, energy);
  add_figures(run, windows, idle, energy);
  for (const CounterWindow& window : run.windows)
    energy.windows.push_back(row_of(window));
  return energy;
}

}  // namespace hil::energy
