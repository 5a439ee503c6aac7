// SPDX-License-Identifier: Apache-2.0
// Readings around all runs, and the device's time before and behind them.
#include "host/measure/energy/reader/host_counter_reader.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "host/measure/energy/host_counts.hpp"
#include "host/measure/energy/quiet_run.hpp"

namespace hil::measure {
namespace {

constexpr std::chrono::seconds kCallTime{10};

Status check_options(const EnergyOptions& options) {
  if (options.phases || options.per_layer || options.period_s > 0) {
    return Error{Blame::kUser,
                 "phases, operators and a period need the sync wire, and a counter has no input "
                 "for it",
                 "leave them out, or take a meter with logic inputs"};
  }
  const bool fits = options.alignment == AlignmentChoice::kAuto ||
                    options.alignment == AlignmentChoice::kHostClock;
  if (fits) return {};
  return Error{Blame::kUser, "a counter is read by the host's clock alone",
               "leave --alignment out, or write --alignment host-clock"};
}

}  // namespace

Status HostCounterReader::choose_alignment(EnergyFindings& findings) {
  HIL_TRY(check_options(job_.options));
  findings.ground.alignment = energy::Alignment::kHostClock;
  return {};
}

Status HostCounterReader::start(EnergyFindings& findings) {
  HIL_ASSIGN(counting_,
             energy::Counting::start(counter_, job_.options.counts_hz, Deadline::after(kCallTime)));
  findings.ground.rate_hz = counting_->rate_hz();
  return {};
}

Status HostCounterReader::lead_in(EnergyFindings& /*findings*/) {
  return anchor();
}

/// The device's time, which is needed twice: before all windows and behind them.
Status HostCounterReader::anchor() {
  const Status taken = anchors_.take(job_.session(), Deadline::after(kCallTime));
  return taken.ok() ? taken : Status(job_.board.explain(taken.error()));
}

Result<std::optional<session::EnergyResult>> HostCounterReader::perform(
    const session::EnergyRunOptions& options, const session::EnergyStash& stash,
    EnergyFindings& /*findings*/) {
  const auto lives = [this] { return counting_->check(); };
  return perform_while(job_.session(), options, stash, lives, job_.watch);
}

Status HostCounterReader::settle(std::uint64_t /*took_ticks*/, EnergyFindings& /*findings*/) {
  return counting_->check();
}

Result<energy::Trace> HostCounterReader::finish(EnergyFindings& findings) {
  HIL_TRY(anchor());
  HIL_ASSIGN(const std::vector<energy::CounterReading> readings, counting_->finish());
  const auto zero = readings.front().at;
  EnergyFacts known;
  known.tick_hz = findings.ground.tick_hz;
  known.anchors = anchors_.since(zero);
  known.counts = counts_since(zero, readings);
  energy::Trace trace;
  trace.meter = counter_.info();
  trace.accuracy = counter_.accuracy();
  trace.rate_hz = findings.ground.rate_hz;
  trace.rails = {power_between(known.counts, trace.rate_hz, trace.meter.model)};
  trace.flags.assign(trace.rails.front().values.size(), 0);
  HIL_ASSIGN(findings.facts.counts, needed_counts(findings.windows, known));
  findings.facts.anchors = std::move(known.anchors);
  return trace;
}

}  // namespace hil::measure
