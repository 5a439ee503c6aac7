// SPDX-License-Identifier: Apache-2.0
// The chip set up from here, its readings put beside the windows.
#include "host/measure/energy/reader/board_counter_reader.hpp"

#include <chrono>
#include <span>
#include <utility>
#include <vector>

#include "host/measure/energy/quiet_run.hpp"

namespace hil::measure {
namespace {

constexpr std::chrono::seconds kCallTime{10};
/// To a board that may be gone.
constexpr std::chrono::seconds kLeaveTime{2};

}  // namespace

BoardCounterReader::~BoardCounterReader() {
  // Whatever ended the run early has been said.
  static_cast<void>(leave());
}

energy::I2cTransfer BoardCounterReader::bus(std::chrono::seconds time) const {
  return
      [this, time](std::uint8_t address, std::span<const std::uint8_t> out, std::size_t in_bytes) {
        return session::i2c_transfer(job_.session(), address, out, in_bytes, Deadline::after(time));
      };
}

Status BoardCounterReader::leave() {
  if (!set_up_) return {};
  set_up_ = false;
  return energy::leave_ina228(bus(kLeaveTime), *job_.options.ina228, counter_);
}

Status BoardCounterReader::choose_alignment(EnergyFindings& findings) {
  if (!job_.options.ina228) {
    return Error{Blame::kBug, "an energy run without meter and counter", ""};
  }
  if (job_.options.alignment != AlignmentChoice::kAuto) {
    return Error{Blame::kUser, "a counter on the board is read around each window by the agent",
                 "leave --alignment out"};
  }
  auto counter = energy::set_up_ina228(bus(kCallTime), *job_.options.ina228);
  if (!counter) return job_.board.explain(counter.error()).within("setting up the INA228");
  counter_ = std::move(*counter);
  set_up_ = true;
  findings.facts.counter = CounterFacts{counter_.scale, {}};
  findings.ground.alignment = energy::Alignment::kCounter;
  return {};
}

Status BoardCounterReader::start(EnergyFindings& findings) {
  findings.ground.rate_hz = 1 / counter_.scale.refresh_s;
  return {};
}

Status BoardCounterReader::lead_in(EnergyFindings& /*findings*/) {
  return {};
}

Result<std::optional<session::EnergyResult>> BoardCounterReader::perform(
    const session::EnergyRunOptions& options, const session::EnergyStash& stash,
    EnergyFindings& findings) {
  session::EnergyRunOptions counted = options;
  counted.ina228_address = job_.options.ina228->address;
  HIL_ASSIGN(auto result, perform_quietly(job_.session(), counted, stash, nullptr, job_.watch));
  if (!result) return result;
  const Status whole = energy::check_ina228(bus(kCallTime), *job_.options.ina228, counter_);
  if (!whole.ok()) return job_.board.explain(whole.error()).within("behind the run");
  for (const session::EnergyWindow& window : result->windows)
    findings.facts.counter->windows.push_back({window.before, window.behind});
  return result;
}

Status BoardCounterReader::settle(std::uint64_t /*took_ticks*/, EnergyFindings& /*findings*/) {
  return {};
}

Result<energy::Trace> BoardCounterReader::finish(EnergyFindings& findings) {
  const Status left = leave();
  if (!left.ok()) {
    findings.notes.add("counter", "its settings are not as they were: " + left.error().what);
  }
  energy::Trace trace;
  trace.meter = counter_.info;
  trace.accuracy = counter_.accuracy;
  trace.supply = counter_.supply;
  trace.rate_hz = findings.ground.rate_hz;
  return trace;
}

}  // namespace hil::measure
