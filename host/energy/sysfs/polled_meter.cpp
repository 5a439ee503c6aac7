// SPDX-License-Identifier: Apache-2.0
// PolledMeter: sleeps until the next slot, asks, writes down what was missed.
#include "host/energy/sysfs/polled_meter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace hil::energy {
namespace {

/// Slots in a row without an answer after which the meter counts as gone.
constexpr std::size_t kMostFailures = 10;
/// Longest hole that is written down slot by slot, in seconds: more is a machine that slept.
constexpr double kMostGap = 600;
/// Of the time between two new readings: slots come a little early and late.
constexpr double kEarly = 0.75;

void append(Rail& rail, const PolledValue& value) {
  rail.values.push_back(static_cast<float>(value.value));
  if (value.volts) rail.volts.push_back(static_cast<float>(*value.volts));
}

PolledValue nothing_for(const PolledRail& rail) {
  PolledValue nothing;
  if (rail.has_volts) nothing.volts = 0;
  return nothing;
}

bool sleep_until(PollGrid::time_point at, Deadline deadline) {
  while (Deadline::Clock::now() < at) {
    if (deadline.expired()) return false;
    std::this_thread::sleep_for(Deadline::earlier(deadline, Deadline::until(at)).remaining());
  }
  return true;
}

}  // namespace

PolledMeter::PolledMeter(PolledSetup setup, std::vector<PolledRail> rails)
    : setup_(std::move(setup)), rails_(std::move(rails)) {}

MeterAbilities PolledMeter::abilities() const {
  MeterAbilities abilities;
  abilities.measures_voltage = std::all_of(
      rails_.begin(), rails_.end(),
      [](const PolledRail& rail) { return rail.has_volts || rail.quantity == Quantity::kPower; });
  abilities.refresh_s = setup_.update_s > 0 ? setup_.update_s : 1 / setup_.rate_hz;
  return abilities;
}

Status PolledMeter::set_target_power(bool /*on*/, Deadline /*deadline*/) {
  return Error{Blame::kUser, fmt::format("{} does not switch the board's supply", setup_.info.kind),
               "switch it by hand, or use a meter that supplies the board"};
}

Status PolledMeter::start(Trace& trace, Deadline /*deadline*/) {
  trace = Trace();
  trace.meter = setup_.info;
  trace.accuracy = setup_.accuracy;
  trace.supply = setup_.supply;
  trace.rate_hz = setup_.rate_hz;
  for (const PolledRail& rail : rails_)
    trace.rails.push_back({rail.name, rail.quantity, {}, {}, rail.part_of_another});
  last_.clear();
  failures_ = 0;
  grid_ = PollGrid(Deadline::Clock::now(), setup_.rate_hz);
  return {};
}

Status PolledMeter::read(Trace& trace, Deadline deadline) {
  if (!sleep_until(grid_.begin_of(trace.size()), deadline)) return {};
  HIL_TRY(fill_gap(trace, grid_.slot_at(Deadline::Clock::now())));
  HIL_ASSIGN(const Reading reading, ask_all());
  return take(trace, reading);
}

Status PolledMeter::stop(Trace& /*trace*/, Deadline /*deadline*/) {
  return {};
}

Result<PolledMeter::Reading> PolledMeter::ask_all() const {
  Reading reading;
  for (const PolledRail& rail : rails_) {
    auto value = rail.ask();
    if (value.ok()) {
      reading.values.push_back(*value);
      continue;
    }
    if (value.error().blame == Blame::kLink) return value.error();
    reading.values.push_back(nothing_for(rail));
    if (!reading.failure) reading.failure = value.error();
  }
  return reading;
}

/// Writes gaps up to slot @p slot, which is the next to be read.
Status PolledMeter::fill_gap(Trace& trace, std::uint64_t slot) {
  if (slot <= trace.size()) return {};
  const std::uint64_t missed = slot - trace.size();
  if (static_cast<double>(missed) > kMostGap * setup_.rate_hz) {
    return Error{Blame::kLink,
                 fmt::format("nobody read {} for {:.0f} s", setup_.info.kind,
                             static_cast<double>(missed) / setup_.rate_hz),
                 "did this machine sleep? Measure again"};
  }
  trace.events.push_back(
      {trace.size(), "loss", fmt::format("{} samples not read in time", missed)});
  for (std::size_t k = 0; k < rails_.size(); ++k) {
    for (std::uint64_t n = 0; n < missed; ++n)
      append(trace.rails[k], nothing_for(rails_[k]));
  }
  trace.flags.insert(trace.flags.end(), missed, flag::kGap);
  return {};
}

Status PolledMeter::take(Trace& trace, const Reading& reading) {
  if (reading.failure) {
    if (++failures_ >= kMostFailures) {
      return Error{Blame::kLink,
                   fmt::format("{} has not answered {} times in a row: {}", setup_.info.kind,
                               failures_, reading.failure->what),
                   reading.failure->hint};
    }
    trace.events.push_back({trace.size(), "loss", reading.failure->what});
  } else {
    failures_ = 0;
  }
  trace.flags.push_back(flags_of(reading, Deadline::Clock::now()));
  for (std::size_t k = 0; k < rails_.size(); ++k) {
    const bool usable = (trace.flags.back() & flag::kGap) == 0;
    append(trace.rails[k], usable ? reading.values[k] : nothing_for(rails_[k]));
  }
  return {};
}

std::uint8_t PolledMeter::flags_of(const Reading& reading, PollGrid::time_point now) {
  if (reading.failure) return flag::kGap;
  std::uint8_t flags = 0;
  for (const PolledValue& value : reading.values) {
    if (value.invalid) return flag::kGap | flag::kInvalid;
    if (value.saturated) flags |= flag::kSaturated;
  }
  const std::chrono::duration<double> since = now - last_new_;
  if (same_as_last(reading) && since.count() < kEarly * setup_.update_s) return flags | flag::kHeld;
  last_ = reading.values;
  last_new_ = now;
  return flags;
}

bool PolledMeter::same_as_last(const Reading& reading) const {
  return std::equal(reading.values.begin(), reading.values.end(), last_.begin(), last_.end(),
                    [](const PolledValue& a, const PolledValue& b) {
                      return a.value == b.value && a.volts == b.volts;
                    });
}

}  // namespace hil::energy
