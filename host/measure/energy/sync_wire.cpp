// SPDX-License-Identifier: Apache-2.0
// Pulses out, edges in.
#include "host/measure/energy/sync_wire.hpp"

#include <algorithm>
#include <chrono>

#include "host/energy/lpm01a/complete_rises.hpp"
#include "host/measure/energy/quiet_run.hpp"

namespace hil::measure {
namespace {

constexpr std::chrono::seconds kStartTime{10};
constexpr std::chrono::seconds kStopTime{10};
/// An emulated meter plays what the board has done later than the board did it.
constexpr std::chrono::seconds kLateTime{3};
constexpr double kLead_s = 0.05;
constexpr double kTail_s = 0.02;

session::EnergyRunOptions pulses(std::uint64_t tick_hz) {
  session::EnergyRunOptions options{.steps = {}};
  for (const unsigned milliseconds : energy::kSelfTestPulses_ms) {
    session::EnergyStep step;
    step.region = session::EnergyRegion::kRest;
    step.rest_ticks = tick_hz * milliseconds / 1000;
    options.steps.push_back(step);
  }
  options.windows = static_cast<std::uint32_t>(options.steps.size());
  options.rest_ticks = tick_hz * 2 / 1000;
  return options;
}

/// @p error, or what the meter's firmware cannot do if that is why.
Error known_reason(const energy::Trace& trace, Error error) {
  for (const energy::MeterEvent& event : trace.events) {
    if (event.kind == "firmware") error.what = event.text;
  }
  return error;
}

}  // namespace

bool plays_late(const energy::MeterInfo& meter) {
  return meter.emulated && meter.kind != "replay";
}

std::optional<std::string> missing_wire_end(const boards::Board& board,
                                            const energy::PowerMeter& meter) {
  if (meter.abilities().logic_bits == 0) return "the meter has no logic inputs";
  if (!board.sync_pins.empty() || plays_late(meter.info())) return std::nullopt;
  return "the board " + board.id + " has no sync pins";
}

Result<std::optional<energy::WireFound>> find_wire(lab::ReadyBoard& board,
                                                   energy::PowerMeter& meter, const Watch& watch) {
  session::Session& session = board.session();
  HIL_TRY(session::check_energy(session.agent()));
  const std::uint64_t tick_hz = session.agent().tick_hz;
  HIL_ASSIGN(const auto recording, energy::Recording::start(meter, Deadline::after(kStartTime)));
  const double rate_hz = recording->rate_hz();
  HIL_TRY(record_on(*recording, kLead_s, rate_hz));
  const session::EnergyRunOptions options = pulses(tick_hz);
  const auto result = perform_quietly(session, options, {}, recording.get(), watch);
  if (!result) return board.explain(result.error()).within("testing the sync wire");
  if (!*result) return std::optional<energy::WireFound>();
  const std::uint64_t edges = 2 * std::uint64_t{(*result)->windows.size()};
  const auto seen = [&](const energy::RecordingState& state) {
    return std::any_of(state.edges.begin(), state.edges.end(),
                       [&](std::uint64_t count) { return count >= edges; });
  };
  HIL_ASSIGN(const bool all, recording->wait(seen, Deadline::after(kLateTime)));
  if (all) HIL_TRY(record_on(*recording, kTail_s, rate_hz));
  HIL_ASSIGN(energy::Trace trace, recording->finish(Deadline::after(kStopTime)));
  const auto windows = device_windows(options, **result);
  HIL_TRY(energy::complete_rises(trace, windows, tick_hz));
  const auto wire = energy::find_sync_wire(trace, windows, tick_hz);
  if (!wire) return known_reason(trace, wire.error());
  return std::optional(*wire);
}

}  // namespace hil::measure
