// SPDX-License-Identifier: Apache-2.0
// Windows, groups, marks, and which idle it was.
#include "host/measure/energy/run_windows.hpp"

#include <fmt/format.h>

#include "host/measure/energy/quiet_run.hpp"

namespace hil::measure {
namespace {

using session::EnergyRest;

const char* word_of(EnergyRest rest) {
  switch (rest) {
    case EnergyRest::kBusy:
      return "busy";
    case EnergyRest::kWait:
      return "wait";
    case EnergyRest::kStop:
      return "stop";
  }
  return "busy";
}

/// What the core really did in the idle windows.
void note_rest(const PlannedRun& planned, const session::EnergyResult& result, EnergyRest idle,
               EnergyFindings& findings) {
  for (const session::EnergyWindow& window : result.windows) {
    if (planned.options.steps[window.step].region != session::EnergyRegion::kRest) continue;
    if (findings.facts.idle_mode.empty() && window.rested != idle) {
      findings.notes.add("idle", fmt::format("{} was asked for, and {} is what this board can do",
                                             word_of(idle), word_of(window.rested)));
    }
    findings.facts.idle_mode = word_of(window.rested);
  }
}

}  // namespace

void add_run(const PlannedRun& planned, const session::EnergyResult& result, EnergyRest idle,
             EnergyFindings& findings) {
  const auto windows = device_windows(planned.options, result);
  findings.windows.insert(findings.windows.end(), windows.begin(), windows.end());
  findings.facts.groups.push_back(planned.group);
  findings.facts.groups.back().windows = static_cast<std::uint32_t>(windows.size());
  if (result.marks) {
    findings.facts.marks = {findings.ground.tick_hz, planned.options.mark_ticks,
                            result.marks->first, result.marks->second};
  }
  if (planned.group.use == WindowUse::kFigures) note_rest(planned, result, idle, findings);
  if (result.late_windows == 0) return;
  findings.notes.add("period", fmt::format("{} of {} windows began late: the period is too short",
                                           result.late_windows, result.windows.size()));
}

void add_transfer(const session::EnergyStash& stash, EnergyFindings& findings) {
  findings.windows.push_back(
      {stash.begin_ticks, stash.end_ticks, stash.samples, energy::WindowKind::kTransfer});
  findings.facts.groups.push_back({WindowUse::kPhase, 1, 0, 0, 0});
}

}  // namespace hil::measure
