// SPDX-License-Identifier: Apache-2.0
// complete_rises(): a line through the ends, the begins from it.
#include "host/energy/lpm01a/complete_rises.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "host/energy/window/clock_fit.hpp"

namespace hil::energy {
namespace {

bool is_edge(const MeterEvent& event) {
  return event.kind == "edge";
}

std::vector<std::uint64_t> falls_of(const Trace& trace) {
  std::vector<std::uint64_t> falls;
  for (const MeterEvent& event : trace.events)
    if (is_edge(event)) falls.push_back(event.index);
  return falls;
}

Error no_match(std::string what) {
  return Error{Blame::kLab, std::move(what),
               "check the sync wire from the board's region pin to D7; a firmware that tells of "
               "both edges needs no help from the device's ticks"};
}

/// First sample that begins at or behind @p position.
std::size_t first_behind(double position, std::size_t size) {
  if (!(position > 0)) return 0;
  return static_cast<std::size_t>(std::min(std::ceil(position), static_cast<double>(size)));
}

}  // namespace

bool only_falls(const Trace& trace) {
  const auto high = [](std::uint8_t levels) { return (levels & 1U) != 0; };
  const auto falls = [](const MeterEvent& event) {
    return !is_edge(event) || event.text == "fall";
  };
  return trace.logic_bits == 1 && std::any_of(trace.events.begin(), trace.events.end(), is_edge) &&
         std::all_of(trace.events.begin(), trace.events.end(), falls) &&
         std::none_of(trace.logic.begin(), trace.logic.end(), high);
}

Status complete_rises(Trace& trace, std::span<const DeviceWindow> windows, std::uint64_t tick_hz) {
  if (!only_falls(trace)) return {};
  const std::vector<std::uint64_t> falls = falls_of(trace);
  if (falls.size() != windows.size()) {
    return no_match(fmt::format("{} falling edges on the sync wire, {} windows ended", falls.size(),
                                windows.size()));
  }
  std::vector<EdgePair> pairs;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    // An event's edge lies in the sample that follows it.
    pairs.push_back({windows[w].end_ticks, static_cast<double>(falls[w]) + 0.5, 0});
  }
  HIL_ASSIGN(const EdgeFit fit, fit_edges(pairs, {tick_hz, trace.rate_hz}));
  if (!fit.consistent()) {
    return no_match(
        fmt::format("falling edges on the sync wire are up to {:.1f} samples from where "
                    "the device's windows end",
                    fit.worst));
  }
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const std::size_t begin = first_behind(fit.index_at(windows[w].begin_ticks), trace.size());
    const std::size_t end = std::min(static_cast<std::size_t>(falls[w]) + 1, trace.size());
    for (std::size_t k = begin; k < end; ++k)
      trace.logic[k] = static_cast<std::uint8_t>(trace.logic[k] | 1U);
  }
  trace.events.push_back({trace.size(), "wire",
                          "the firmware tells of falling edges only: where windows begin is by the "
                          "device's ticks"});
  return {};
}

}  // namespace hil::energy
