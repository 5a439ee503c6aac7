// SPDX-License-Identifier: Apache-2.0
// Rules for comparing energies.
#include "host/results/energy_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hil::results {
namespace {

/// Of a normal distribution, what lies within two standard deviations.
constexpr double kTwoSigma = 0.9545;
constexpr double kMicro = 1e6;

/// Alignments of one name find windows alike.
std::string alignment_group(const Energy& energy) {
  const std::string& method = energy.alignment.method;
  const bool exact = method == "logic" || method == "counter" || method == "time-stamps";
  return exact ? "edges" : method;
}

bool same_instrument(const EnergyMeter& a, const EnergyMeter& b) {
  return !a.serial.empty() && a.kind == b.kind && a.model == b.model && a.serial == b.serial &&
         a.calibration == b.calibration && a.emulated == b.emulated;
}

/// "ppk2 D6A1", for a difference.
std::string name_of(const EnergyMeter& meter) {
  std::string name = meter.kind;
  if (!meter.serial.empty()) name += " " + meter.serial;
  if (!meter.calibration.empty()) name += ", calibration " + meter.calibration;
  return name;
}

bool states_accuracy(const Energy& energy) {
  return !energy.meter.accuracy_source.empty();
}

std::string idle_mode(const Energy& energy) {
  return energy.idle ? energy.idle->mode : std::string();
}

/// Seconds of one inference: median over the windows that count; 0 if there is none.
double seconds_of(const Energy& energy) {
  std::vector<double> all;
  for (const EnergyWindow& window : energy.windows) {
    const double seconds = window.end_s - window.begin_s;
    if (window.rejected.empty() && window.inferences > 0 && seconds > 0)
      all.push_back(seconds / window.inferences);
  }
  if (all.empty()) return 0;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

/// Net energy plus what idling takes in that time.
std::optional<EnergyFigure> gross_from_net(const Energy& energy) {
  const double seconds = seconds_of(energy);
  if (!energy.net_uj || !energy.idle || seconds <= 0) return std::nullopt;
  EnergyFigure gross = *energy.net_uj;
  const double idle_uj = energy.idle->watts * seconds * kMicro;
  // The gain is relative, and the idle's is the same as the window's.
  if (gross.value > 0) gross.parts.gain *= (gross.value + idle_uj) / gross.value;
  gross.value += idle_uj;
  gross.bootstrap.reset();
  gross.parts.idle = std::hypot(gross.parts.idle, energy.idle->uncertainty_w * seconds * kMicro);
  return gross;
}

/// Gross energy of one side, made if it is not there.
std::optional<EnergyFigure> gross_of(const Energy& energy, const char* side,
                                     EnergyComparison& comparison) {
  if (energy.gross_uj) return energy.gross_uj;
  auto made = gross_from_net(energy);
  if (made) {
    comparison.notes.push_back(fmt::format(
        "gross energy of {} is its net energy plus its idle power ({:.4g} mW) over an inference",
        side, energy.idle->watts * 1e3));
  }
  return made;
}

void add(const char* name, EnergyFigure a, EnergyFigure b, EnergyComparison& comparison) {
  if (comparison.one_instrument) a.parts.gain = b.parts.gain = 0;
  comparison.figures.push_back({name, a, b});
}

/// Net energies, or a note why not.
void add_net(const Energy& a, const Energy& b, EnergyComparison& comparison) {
  if (!a.net_uj && !b.net_uj) return;
  const std::string mode_a = idle_mode(a);
  const std::string mode_b = idle_mode(b);
  if (!a.net_uj || !b.net_uj) {
    comparison.notes.push_back(fmt::format(
        "net energy is not compared: no idle was measured with {}", a.net_uj ? "B" : "A"));
  } else if (mode_a != mode_b || mode_a.empty()) {
    const auto word = [](const std::string& mode) { return mode.empty() ? "unknown" : mode; };
    comparison.notes.push_back(fmt::format(
        "net energy is not compared: what was taken off is idle of kind {} in A, {} in B",
        word(mode_a), word(mode_b)));
  } else {
    add("energy_net_uj", *a.net_uj, *b.net_uj, comparison);
  }
}

std::string refusal(const Energy& a, const Energy& b, bool one_instrument) {
  if (a.scope != b.scope) {
    return fmt::format("energy is per {} in A and per {} in B, which is other work", a.scope,
                       b.scope);
  }
  if (alignment_group(a) != alignment_group(b)) {
    return fmt::format("windows were found by {} in A and by {} in B, which cut them differently",
                       a.alignment.method, b.alignment.method);
  }
  if (!one_instrument && !(states_accuracy(a) && states_accuracy(b))) {
    return fmt::format("two instruments measured, and how exact {} is is not known",
                       states_accuracy(a)   ? "the one of B"
                       : states_accuracy(b) ? "the one of A"
                                            : "they are");
  }
  return "";
}

std::string supply_text(const EnergySupply& supply) {
  if (supply.source.empty()) return "";
  return fmt::format("{:.3f} V {}", supply.volts, supply.source);
}

/// Says so if the boards had other voltages than their uncertainties (k = 2) allow.
void note_voltages(const Energy& a, const Energy& b, EnergyComparison& comparison) {
  constexpr double kLeast = 5e-4;  // as supply_text() shows
  if (a.supply.source.empty() || b.supply.source.empty()) return;
  const double apart = std::abs(a.supply.volts - b.supply.volts);
  const double known = 2 * std::hypot(a.supply.uncertainty_v, b.supply.uncertainty_v);
  if (!(apart > std::max(kLeast, known))) return;
  comparison.notes.push_back(fmt::format(
      "the supply is {} in A and {} in B: energies differ for that alone, charges less so",
      supply_text(a.supply), supply_text(b.supply)));
}

ComparedValue value_of(const EnergyFigure& figure) {
  const double half = 2 * figure.parts.combined();
  return {figure.value, Interval{figure.value - half, figure.value + half, kTwoSigma, "k=2"}};
}

bool is_energy_figure(const std::string& name) {
  return name == "energy_gross_uj" || name == "energy_net_uj" || name == "charge_uc";
}

}  // namespace

EnergyComparison compare_energy(const Energy& a, const Energy& b) {
  EnergyComparison comparison;
  comparison.one_instrument = same_instrument(a.meter, b.meter);
  comparison.refused = refusal(a, b, comparison.one_instrument);
  if (!comparison.refused.empty()) return comparison;
  const auto gross_a = gross_of(a, "A", comparison);
  const auto gross_b = gross_of(b, "B", comparison);
  if (gross_a && gross_b) add("energy_gross_uj", *gross_a, *gross_b, comparison);
  add_net(a, b, comparison);
  if (a.charge_uc && b.charge_uc) add("charge_uc", *a.charge_uc, *b.charge_uc, comparison);
  note_voltages(a, b, comparison);
  if (comparison.one_instrument && !comparison.figures.empty()) {
    comparison.notes.push_back(
        "one instrument measured both: its gain error is the same in both and is left out of the "
        "intervals");
  }
  return comparison;
}

std::vector<FieldDifference> energy_differences(const Energy& a, const Energy& b) {
  std::vector<FieldDifference> found;
  const auto add_if = [&found](const char* field, const std::string& of_a, const std::string& of_b,
                               bool must_agree) {
    if (of_a != of_b) found.push_back({field, of_a, of_b, must_agree});
  };
  const bool one = same_instrument(a.meter, b.meter);
  add_if("energy.scope", a.scope, b.scope, true);
  add_if("energy.alignment", a.alignment.method, b.alignment.method,
         alignment_group(a) != alignment_group(b));
  add_if("energy.idle", idle_mode(a), idle_mode(b), false);
  add_if("energy.supply", supply_text(a.supply), supply_text(b.supply), false);
  const std::string meter_a = name_of(a.meter);
  const std::string meter_b = name_of(b.meter);
  add_if("energy.meter", meter_a, meter_b, false);
  if (!one && !(states_accuracy(a) && states_accuracy(b))) {
    const auto source = [](const Energy& energy) {
      return states_accuracy(energy) ? energy.meter.accuracy_source : std::string("not stated");
    };
    found.push_back({"energy.meter.accuracy", source(a), source(b), true});
  }
  return found;
}

void judge_energy(const Energy& a, const Energy& b, Comparison& comparison) {
  const EnergyComparison energy = compare_energy(a, b);
  if (!energy.refused.empty()) {
    comparison.notes.push_back(energy.refused);
    return;
  }
  for (const ComparedEnergy& figure : energy.figures) {
    const auto number =
        compare_numbers(value_of(figure.a), value_of(figure.b), false, Better::kLower);
    const auto row =
        std::find_if(comparison.metrics.begin(), comparison.metrics.end(),
                     [&](const ComparedMetric& metric) { return metric.name == figure.name; });
    if (row != comparison.metrics.end()) {
      row->number = number;
    } else {
      const char* unit = figure.name == "charge_uc" ? "uC" : "uJ";
      comparison.metrics.push_back({figure.name, unit, a.scope, number});
    }
  }
  const auto left_out = [&](const ComparedMetric& metric) {
    return is_energy_figure(metric.name) && metric.number.a && metric.number.b &&
           std::none_of(energy.figures.begin(), energy.figures.end(),
                        [&](const ComparedEnergy& f) { return f.name == metric.name; });
  };
  comparison.metrics.erase(
      std::remove_if(comparison.metrics.begin(), comparison.metrics.end(), left_out),
      comparison.metrics.end());
  comparison.notes.insert(comparison.notes.end(), energy.notes.begin(), energy.notes.end());
}

}  // namespace hil::results
