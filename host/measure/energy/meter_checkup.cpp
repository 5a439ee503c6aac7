// SPDX-License-Identifier: Apache-2.0
// Pulses, then darkness.
#include "host/measure/energy/meter_checkup.hpp"

#include <chrono>
#include <thread>

#include "host/measure/energy/sync_wire.hpp"

namespace hil::measure {
namespace {

constexpr std::chrono::seconds kSwitchTime{10};
/// Until the capacitors of a board are empty.
constexpr std::chrono::seconds kDarkTime{2};
/// Within which an agent that lives answers.
constexpr std::chrono::seconds kAnswerTime{2};

MeterCheck check_wire(lab::ReadyBoard& board, energy::PowerMeter& meter, const Watch& watch) {
  MeterCheck check{"sync wire", CheckResult::kFit, "", ""};
  if (const auto missing = missing_wire_end(board.board(), meter)) {
    check.result = CheckResult::kNotTried;
    check.what = *missing + ": windows are cut by a pattern or the clock";
    return check;
  }
  const auto wire = find_wire(board, meter, watch);
  if (!wire) {
    check.result = CheckResult::kUnfit;
    check.what = wire.error().what;
    check.next = wire.error().hint;
  } else if (!*wire) {
    check.result = CheckResult::kNotTried;
    check.what = "stopped";
  } else {
    check.what = "the agent's pulses were seen on " + energy::name_of((*wire)->region);
    for (const std::string& note : (*wire)->notes)
      check.what += "; " + note;
  }
  return check;
}

MeterCheck check_supply(lab::ReadyBoard& board, energy::PowerMeter& meter) {
  MeterCheck check{"supply", CheckResult::kNotTried, "", ""};
  if (!meter.abilities().switches_target) {
    check.what = "this meter does not supply the board, so nothing was switched off";
    return check;
  }
  const Status off = meter.set_target_power(false, Deadline::after(kSwitchTime));
  std::this_thread::sleep_for(kDarkTime);
  const bool answers = board.session().sync_time(Deadline::after(kAnswerTime)).ok();
  const Status on = meter.set_target_power(true, Deadline::after(kSwitchTime));
  if (!off.ok() || !on.ok()) {
    check.result = CheckResult::kUnfit;
    check.what = off.ok() ? on.error().what : off.error().what;
    check.next = off.ok() ? on.error().hint : off.error().hint;
  } else if (answers) {
    check.result = CheckResult::kUnfit;
    check.what =
        "the board still answers while the meter's output is off: something else feeds it, "
        "and the meter does not see that current";
    check.next =
        "boards are fed through the pins of their line and their debugger: unplug USB and "
        "probe, and put a level shifter or series resistors into the line";
  } else {
    check.result = CheckResult::kFit;
    check.what = "the board falls silent when the meter's output goes off";
  }
  return check;
}

}  // namespace

std::vector<MeterCheck> check_meter(lab::ReadyBoard& board, energy::PowerMeter& meter,
                                    const Watch& watch) {
  std::vector<MeterCheck> checks{check_wire(board, meter, watch)};
  if (watch.stopped()) {  // nothing is switched off any more
    checks.push_back({"supply", CheckResult::kNotTried, "stopped", ""});
  } else {
    checks.push_back(check_supply(board, meter));
  }
  return checks;
}

}  // namespace hil::measure
