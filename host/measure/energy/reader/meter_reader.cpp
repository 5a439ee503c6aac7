// SPDX-License-Identifier: Apache-2.0
// A recording around all runs, with what its alignment needs besides.
#include "host/measure/energy/reader/meter_reader.hpp"

#include <algorithm>
#include <chrono>

#include "host/energy/lpm01a/complete_rises.hpp"
#include "host/measure/energy/quiet_run.hpp"
#include "host/measure/energy/reader/meter_alignment.hpp"
#include "host/measure/energy/sync_wire.hpp"

namespace hil::measure {
namespace {

using Clock = Deadline::Clock;
using energy::Alignment;

constexpr std::chrono::seconds kCallTime{10};
/// Before the first window and behind the last: idle neighbours for edges, and a pattern's rest.
constexpr double kLead_s = 0.1;
constexpr double kTail_s = 0.05;
/// An emulated meter plays what the board has done later than the board did it.
constexpr double kLate_s = 2;

/// Asleep and busy are the pattern's two levels.
Status check_pattern(const session::EnergyRunOptions& options,
                     const session::EnergyResult& result) {
  if (options.mark_ticks == 0 || result.rested != session::EnergyRest::kBusy) return {};
  return Error{Blame::kLab,
               "this board cannot sleep until a given time, so there is no sync pattern in its "
               "current",
               "wire its sync pins to the meter's logic inputs"};
}

}  // namespace

Status MeterReader::choose_alignment(EnergyFindings& findings) {
  return align_meter(job_, meter_, findings);
}

Status MeterReader::start(EnergyFindings& findings) {
  HIL_ASSIGN(recording_, energy::Recording::start(meter_, Deadline::after(kCallTime)));
  findings.ground.rate_hz = recording_->rate_hz();
  findings.ground.refresh_s = meter_.abilities().refresh_s;
  return {};
}

Status MeterReader::lead_in(EnergyFindings& findings) {
  HIL_TRY(record(kLead_s));
  return anchor(findings);
}

/// On for @p seconds, less if it is stopped.
Status MeterReader::record(double seconds) {
  const double rate_hz = recording_->rate_hz();
  return record_on(*recording_, seconds, rate_hz, &job_.watch);
}

/// The host's clock needs the device's time twice: before all windows and behind them.
Status MeterReader::anchor(const EnergyFindings& findings) {
  if (findings.ground.alignment != Alignment::kHostClock) return {};
  const Status taken = anchors_.take(job_.session(), Deadline::after(kCallTime));
  return taken.ok() ? taken : Status(job_.board.explain(taken.error()));
}

Result<std::optional<session::EnergyResult>> MeterReader::perform(
    const session::EnergyRunOptions& options, const session::EnergyStash& stash,
    EnergyFindings& /*findings*/) {
  HIL_ASSIGN(auto result,
             perform_quietly(job_.session(), options, stash, recording_.get(), job_.watch));
  if (result) HIL_TRY(check_pattern(options, *result));
  return result;
}

Status MeterReader::settle(std::uint64_t took_ticks, EnergyFindings& findings) {
  const double took_s =
      static_cast<double>(took_ticks) / static_cast<double>(findings.ground.tick_hz);
  HIL_TRY(wait_for_edges(took_s, findings));
  findings.facts.groups.back().end_sample = recording_->state().samples;
  return {};
}

/// Waits until the meter has shown what the board has done in @p took_s.
Status MeterReader::wait_for_edges(double took_s, const EnergyFindings& findings) {
  const bool late = plays_late(meter_.info());
  if (findings.ground.alignment != Alignment::kLogic) {
    return record((late ? took_s + kLate_s : 0) + kTail_s);
  }
  const std::uint64_t expected = 2 * std::uint64_t{findings.windows.size()};
  const auto seen = [&](const energy::RecordingState& state) {
    return state.edges.at(findings.facts.region.bit) >= expected || job_.watch.stopped();
  };
  const auto limit = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>((late ? 2 * took_s : 0) + kLate_s));
  const auto waited = recording_->wait(seen, Deadline::after(limit));
  if (!waited) return waited.error();
  return record(kTail_s);  // the cut says what is missing
}

/// On behind the last window until the meter can tell of all losses.
Status MeterReader::record_proof(const EnergyFindings& findings) {
  const double proof_s = meter_.abilities().proof_s;
  const auto recorded = static_cast<double>(recording_->state().samples);
  const double rest_s = std::max(proof_s, 2 * proof_s - recorded / findings.ground.rate_hz);
  return record(rest_s);
}

Result<energy::Trace> MeterReader::finish(EnergyFindings& findings) {
  HIL_TRY(record_proof(findings));
  HIL_TRY(anchor(findings));
  HIL_ASSIGN(energy::Trace trace, recording_->finish(Deadline::after(kCallTime)));
  findings.facts.anchors = anchors_.on_trace(recording_->arrivals(), findings.ground.rate_hz,
                                             meter_.abilities().refresh_s);
  if (findings.ground.alignment == Alignment::kLogic) {
    HIL_TRY(energy::complete_rises(trace, findings.windows, findings.ground.tick_hz));
  }
  return trace;
}

}  // namespace hil::measure
