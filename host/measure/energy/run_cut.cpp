// SPDX-License-Identifier: Apache-2.0
// Stretches of a trace, and windows put back to their places in the whole.
#include "host/measure/energy/run_cut.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "host/energy/inserted_samples.hpp"
#include "host/energy/window/logic_cut.hpp"

namespace hil::measure {
namespace {

using energy::Cut;
using energy::Trace;

template <class Item>
std::vector<Item> part_of(const std::vector<Item>& items, std::size_t first, std::size_t end) {
  if (items.empty()) return {};
  return {items.begin() + static_cast<std::ptrdiff_t>(first),
          items.begin() + static_cast<std::ptrdiff_t>(end)};
}

/// Samples @p first to @p end of @p trace; values are left out, only the wire and flags matter.
Trace stretch_of(const Trace& trace, std::size_t first, std::size_t end) {
  Trace stretch;
  stretch.rate_hz = trace.rate_hz;
  stretch.seen_hz = trace.seen_hz;
  stretch.logic_bits = trace.logic_bits;
  stretch.logic = part_of(trace.logic, first, end);
  stretch.flags = part_of(trace.flags, first, end);
  for (energy::MeterEvent event : trace.events) {
    if (event.index < first || event.index > end) continue;
    event.index -= first;
    stretch.events.push_back(std::move(event));
  }
  return stretch;
}

void put(Cut part, std::size_t first_sample, Cut& whole) {
  const auto shift = static_cast<double>(first_sample);
  for (energy::Window& window : part.windows) {
    window.begin += shift;
    window.end += shift;
  }
  if (part.clock) part.clock->offset += shift;
  const std::uint32_t edges =
      (whole.clock ? whole.clock->edges : 0) + (part.clock ? part.clock->edges : 0);
  const bool most = !whole.clock || (part.clock && part.clock->edges > whole.clock->edges);
  if (most) {
    whole.clock = part.clock;
    whole.ends_from_fit = part.ends_from_fit;
  }
  if (whole.clock) whole.clock->edges = edges;
  whole.inferences_counted = whole.inferences_counted || part.inferences_counted;
  whole.windows.insert(whole.windows.end(), part.windows.begin(), part.windows.end());
  for (std::string& note : part.notes) {
    const bool known = std::find(whole.notes.begin(), whole.notes.end(), note) != whole.notes.end();
    if (!known) whole.notes.push_back(std::move(note));
  }
}

Error wrong_stretch() {
  return {Blame::kUser, "the trace's file has runs that do not lie in it one after the other",
          "give the trace that belongs to a record of hilbench energy"};
}

}  // namespace

Result<Cut> cut_runs(const energy::TraceFile& file, const EnergyFacts& facts) {
  energy::LogicCutOptions options;
  options.tick_hz = facts.tick_hz;
  options.region = facts.region;
  options.toggle = facts.toggle;
  Cut whole;
  whole.alignment = energy::Alignment::kLogic;
  std::size_t window = 0;
  std::size_t first = 0;
  for (const WindowGroup& group : facts.groups) {
    const std::uint64_t end_sample = energy::index_now(file.trace, group.end_sample);
    const auto end = static_cast<std::size_t>(end_sample);
    const bool inside = end > first && end_sample <= file.trace.size() &&
                        group.windows <= file.device_windows.size() - window;
    if (!inside) return wrong_stretch();
    const auto windows = std::span(file.device_windows).subspan(window, group.windows);
    HIL_ASSIGN(Cut part,
               energy::cut_by_logic(stretch_of(file.trace, first, end), windows, options));
    put(std::move(part), first, whole);
    window += group.windows;
    first = end;
  }
  return whole;
}

}  // namespace hil::measure
