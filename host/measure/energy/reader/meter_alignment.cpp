// SPDX-License-Identifier: Apache-2.0
// From the best way to find windows down to what is left.
#include "host/measure/energy/reader/meter_alignment.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>

#include "host/energy/recording.hpp"
#include "host/measure/energy/sync_wire.hpp"

namespace hil::measure {
namespace {

using energy::Alignment;

constexpr std::chrono::seconds kStartTime{10};
/// Slowest meter that sees the steps of a pattern.
constexpr double kLeastPatternRate = 2'000;

Status take_host_clock(const energy::PowerMeter& meter, EnergyFindings& findings) {
  if (plays_late(meter.info())) {
    return Error{Blame::kUser,
                 "an emulated meter plays later what the board did, so the host's clock does "
                 "not fit",
                 "--alignment logic or trace-pattern"};
  }
  findings.ground.alignment = Alignment::kHostClock;
  return {};
}

/// Without the wire, because of @p why.
Status fall_back(const EnergyOptions& options, energy::PowerMeter& meter, const std::string& why,
                 EnergyFindings& findings) {
  findings.notes.add("alignment", "windows are not cut by the sync wire: " + why);
  if (options.phases || options.per_layer || options.period_s > 0) {
    return Error{Blame::kLab, "phases, operators and a period need the sync wire: " + why,
                 "wire the board's sync pins to the meter's logic inputs"};
  }
  HIL_ASSIGN(const auto recording, energy::Recording::start(meter, Deadline::after(kStartTime)));
  if (recording->rate_hz() < kLeastPatternRate) return take_host_clock(meter, findings);
  findings.ground.alignment = Alignment::kTracePattern;
  return {};
}

void take_wire(const energy::WireFound& wire, const energy::PowerMeter& meter,
               EnergyFindings& findings) {
  findings.ground.alignment = Alignment::kLogic;
  findings.facts.region = wire.region;
  // The second pin is wired to the input above the first one's, if there is one.
  const unsigned next = wire.region.bit + 1;
  if (next < meter.abilities().logic_bits) findings.facts.toggle = energy::LogicInput{next};
  findings.notes.add("sync wire", fmt::format("the self-test's pulses were seen on {}",
                                              energy::name_of(wire.region)));
  for (const std::string& text : wire.notes)
    findings.notes.add("sync wire", text);
}

}  // namespace

Status align_meter(const EnergyJob& job, energy::PowerMeter& meter, EnergyFindings& findings) {
  const bool asked = job.options.alignment != AlignmentChoice::kAuto;
  if (job.options.alignment == AlignmentChoice::kTracePattern) {
    findings.ground.alignment = Alignment::kTracePattern;
    return {};
  }
  if (job.options.alignment == AlignmentChoice::kHostClock) {
    return take_host_clock(meter, findings);
  }
  if (const auto missing = missing_wire_end(job.board.board(), meter)) {
    if (!asked) return fall_back(job.options, meter, *missing, findings);
    return Error{Blame::kUser, *missing + " for a sync wire",
                 "--alignment trace-pattern or host-clock"};
  }
  const auto wire = find_wire(job.board, meter, job.watch);
  if (!wire) {
    const bool no_wire = wire.error().blame == Blame::kLab;
    if (asked || !no_wire) return wire.error();
    return fall_back(job.options, meter, wire.error().what, findings);
  }
  if (*wire) take_wire(**wire, meter, findings);
  return {};
}

}  // namespace hil::measure
