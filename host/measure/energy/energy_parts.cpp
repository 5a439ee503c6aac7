// SPDX-License-Identifier: Apache-2.0
// Phases, operators and duty from windows of their own.
#include "host/measure/energy/energy_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/energy/sum/figures.hpp"
#include "host/energy/window/spoiled.hpp"

namespace hil::measure {
namespace {

using energy::Window;
using energy::WindowKind;
using results::EnergyFigure;
using results::UncertaintyParts;

constexpr double kJoulesPerWattHour = 3600;

/// @p figure times @p factor, with all its parts.
EnergyFigure scaled(EnergyFigure figure, double factor) {
  figure.value *= factor;
  for (double UncertaintyParts::*part :
       {&UncertaintyParts::gain, &UncertaintyParts::offset, &UncertaintyParts::voltage,
        &UncertaintyParts::time_base, &UncertaintyParts::code_step, &UncertaintyParts::edges,
        &UncertaintyParts::range_switches, &UncertaintyParts::lost_samples, &UncertaintyParts::idle,
        &UncertaintyParts::repetition})
    figure.parts.*part *= std::abs(factor);
  if (figure.bootstrap) {
    const auto [low, high] =
        std::minmax(figure.bootstrap->low * factor, figure.bootstrap->high * factor);
    figure.bootstrap->low = low;
    figure.bootstrap->high = high;
  }
  return figure;
}

/// @p a less @p b, measured by the same meter in the same recording.
EnergyFigure difference(const EnergyFigure& a, const EnergyFigure& b) {
  EnergyFigure result;
  result.value = a.value - b.value;
  for (double UncertaintyParts::*part : {&UncertaintyParts::gain, &UncertaintyParts::offset,
                                         &UncertaintyParts::voltage, &UncertaintyParts::time_base})
    result.parts.*part = std::abs(a.parts.*part - b.parts.*part);
  for (double UncertaintyParts::*part :
       {&UncertaintyParts::code_step, &UncertaintyParts::edges, &UncertaintyParts::range_switches,
        &UncertaintyParts::lost_samples, &UncertaintyParts::idle, &UncertaintyParts::repetition})
    result.parts.*part = std::hypot(a.parts.*part, b.parts.*part);
  return result;
}

/// The windows that follow each other in @p all, from @p first on.
std::vector<Window> slice(std::span<const Window> all, std::size_t first, std::size_t count) {
  if (first > all.size() || count > all.size() - first) return {};
  const auto part = all.subspan(first, count);
  return {part.begin(), part.end()};
}

/// Gross energy of @p windows of @p kind, and how long one takes.
Result<results::EnergyPart> part_of(const energy::Trace& trace, const std::vector<Window>& windows,
                                    WindowKind kind, energy::Alignment alignment,
                                    std::string name) {
  HIL_ASSIGN(const auto figures,
             energy::repeated_figures(trace, windows, kind, alignment, nullptr));
  results::EnergyPart part;
  part.name = std::move(name);
  part.gross_uj = figures.gross_uj.value_or(EnergyFigure{});
  part.seconds = figures.seconds;
  return part;
}

bool has_kind(const std::vector<Window>& windows, WindowKind kind) {
  for (const Window& window : windows) {
    if (window.kind == kind) return true;
  }
  return false;
}

Status add_phases(const energy::Trace& trace, std::vector<Window> windows,
                  energy::Alignment alignment, results::Energy& energy) {
  for (Window& window : windows) {
    if (window.kind != WindowKind::kIdle) continue;
    if (window.rejected.empty() && energy::lies_in(window, trace)) {
      window = energy::idle_core(window);
    }
    window.inferences = 1;
  }
  for (const WindowKind kind : {WindowKind::kIdle, WindowKind::kTransfer, WindowKind::kPreProcess,
                                WindowKind::kInference, WindowKind::kPostProcess}) {
    if (!has_kind(windows, kind)) continue;
    HIL_ASSIGN(auto part, part_of(trace, windows, kind, alignment, energy::word_of(kind)));
    if (kind == WindowKind::kIdle && part.seconds.value_or(0) > 0) {
      part.name = "idle, one second";
      part.gross_uj = scaled(part.gross_uj, 1 / *part.seconds);
      part.seconds = 1;
    }
    energy.phases.push_back(std::move(part));
  }
  return {};
}

/// Windows @p entry, entry + count, ... of a group.
std::vector<Window> every(const std::vector<Window>& group, std::size_t entry, std::size_t count) {
  std::vector<Window> picked;
  for (std::size_t i = entry; i < group.size(); i += count)
    picked.push_back(group[i]);
  return picked;
}

Status add_layers(const energy::Trace& trace, const std::vector<Window>& windows,
                  const WindowGroup& group, const EnergyFacts& facts, results::Energy& energy) {
  const std::size_t count = group.layer_count;
  results::EnergyPart base;
  for (std::size_t i = 0; i < count; ++i) {
    const RepeatedLayer& layer = facts.layers[group.first_layer + i];
    HIL_ASSIGN(auto part,
               part_of(trace, every(windows, i, count), facts.kind, facts.alignment, layer.name));
    if (i == 0) {
      base = std::move(part);
      continue;
    }
    if (layer.times < 2) {
      return Error{Blame::kUser, fmt::format("operator {} is not repeated", layer.name),
                   "give the trace that belongs to a record of hilbench energy"};
    }
    const double share = 1.0 / (layer.times - 1);
    part.gross_uj = scaled(difference(part.gross_uj, base.gross_uj), share);
    part.seconds = (part.seconds.value_or(0) - base.seconds.value_or(0)) * share;
    energy.layers.push_back(std::move(part));
  }
  return {};
}

/// Whole periods, from each window's begin to the next one's.
std::vector<Window> periods_of(const std::vector<Window>& windows) {
  std::vector<Window> periods;
  for (std::size_t i = 0; i + 1 < windows.size(); ++i) {
    Window period = windows[i];
    period.kind = WindowKind::kPeriod;
    period.inferences = 1;
    period.end = windows[i + 1].begin;
    period.end_ticks = windows[i + 1].begin_ticks;
    if (period.rejected.empty()) period.rejected = windows[i + 1].rejected;
    periods.push_back(std::move(period));
  }
  return periods;
}

Status add_duty(const energy::Trace& trace, const std::vector<Window>& windows,
                const EnergyFacts& facts, results::Energy& energy) {
  std::vector<Window> periods = periods_of(windows);
  energy::reject_spoiled(trace, periods);
  HIL_ASSIGN(const auto figures, energy::repeated_figures(trace, periods, WindowKind::kPeriod,
                                                          facts.alignment, nullptr));
  if (!figures.average_uw) return {};
  results::EnergyDuty duty;
  duty.period_s = facts.period_s;
  duty.sleep = facts.idle_mode;
  duty.average_uw = *figures.average_uw;
  if (facts.cell_mah > 0 && facts.cell_volts > 0) {
    duty.cell_mah = facts.cell_mah;
    duty.cell_volts = facts.cell_volts;
    const double joules = facts.cell_mah * 1e-3 * facts.cell_volts * kJoulesPerWattHour;
    duty.battery_hours = joules / (duty.average_uw.value * 1e-6) / kJoulesPerWattHour;
  }
  energy.duty = duty;
  return {};
}

}  // namespace

std::vector<Window> windows_of(std::span<const Window> windows, const EnergyFacts& facts,
                               WindowUse use) {
  std::vector<Window> picked;
  std::size_t first = 0;
  for (const WindowGroup& group : facts.groups) {
    const auto part = slice(windows, first, group.windows);
    if (group.use == use) picked.insert(picked.end(), part.begin(), part.end());
    first += group.windows;
  }
  return picked;
}

Status add_parts(const energy::Trace& trace, std::span<const Window> windows,
                 const EnergyFacts& facts, results::Energy& energy) {
  if (!energy.gross_uj) return {};
  const std::vector<Window> phases = windows_of(windows, facts, WindowUse::kPhase);
  if (!phases.empty()) HIL_TRY(add_phases(trace, phases, facts.alignment, energy));
  std::size_t first = 0;
  for (const WindowGroup& group : facts.groups) {
    const auto part = slice(windows, first, group.windows);
    first += group.windows;
    if (group.use == WindowUse::kLayer) HIL_TRY(add_layers(trace, part, group, facts, energy));
    if (group.use == WindowUse::kDuty) HIL_TRY(add_duty(trace, part, facts, energy));
  }
  return {};
}

}  // namespace hil::measure
