// SPDX-License-Identifier: Apache-2.0
// Every fault of a PPK2 and its wire: emulated unit, pty, recording, windows, figures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "host/emulate/meter/meter_line.hpp"
#include "host/emulate/meter/ppk2_device.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"
#include "host/energy/recording.hpp"
#include "host/link/tty_link.hpp"
#include "tests/host/energy/faults/fault_check.hpp"

namespace hil::energy {
namespace {

using emulate::CurrentSource;
using emulate::Ppk2Faults;
using emulate::Scenario;

/// Levels that the meter's inputs see @p seconds after its recording began, made of the pins'.
using Wire = std::function<std::uint8_t(double seconds, std::uint8_t pins)>;

/// A scenario that begins anew whenever the meter begins to sample, behind a wire.
class Board final : public CurrentSource {
 public:
  Board(Scenario script, Wire wire)
      : script_(std::move(script)), playing_(script_), wire_(std::move(wire)) {}

  Interval advance(double seconds) override {
    Interval interval = playing_.advance(seconds);
    if (wire_) interval.pins = wire_(now_s_, interval.pins);
    now_s_ += seconds;
    return interval;
  }
  void set_sampling(bool on) override {
    if (!on) return;
    playing_ = script_;
    playing_.set_supply(supplied_, volts_);
    now_s_ = 0;
  }
  void set_supply(bool on, double volts) override {
    supplied_ = on;
    volts_ = volts;
    playing_.set_supply(on, volts);
  }

 private:
  const Scenario script_;
  Scenario playing_;
  Wire wire_;
  bool supplied_ = false;
  double volts_ = 0, now_s_ = 0;
};

constexpr double kActive_s = 1.0237e-3, kWait_s = 0.4801e-3, kInference_s = kActive_s + kWait_s;

/// Idle windows (even numbers) and windows of four inferences (odd ones) in turn, as a quiet run
/// makes them; lengths are no whole number of samples.
Scenario in_turn(unsigned pairs, double lead_s, double rest_s) {
  constexpr double kIdleAmps = 1.2e-3;
  Scenario scenario(Scenario::Power::kMeter);
  scenario.constant(kIdleAmps, lead_s);
  for (unsigned i = 0; i < pairs; ++i) {
    scenario.open_window().constant(kIdleAmps, 5.0037e-3).close_window();
    scenario.constant(kIdleAmps, 2.0011e-3);
    scenario.windows({.windows = 1,
                      .inferences = 4,
                      .active_a = 11.3e-3,
                      .active_s = kActive_s,
                      .wait_a = 3.1e-3,
                      .wait_s = kWait_s,
                      .rest_a = kIdleAmps,
                      .rest_s = rest_s});
  }
  return scenario.constant(kIdleAmps, 0.02);
}
Scenario short_run() {
  return in_turn(10, 0.02, 4.0013e-3);
}
/// Long enough for what time alone shows; a second and more is recorded behind it.
Scenario long_run() {
  return in_turn(40, 0.1, 24.0013e-3);
}

/// Sample in which window @p w of @p scenario begins, and one @p share into it.
std::uint64_t sample_in(const Scenario& scenario, std::size_t w, double share = 0.5) {
  const Scenario::Window& window = scenario.truth().at(w);
  return static_cast<std::uint64_t>((window.begin_s + share * (window.end_s - window.begin_s)) *
                                    1e5);
}

struct Fault {
  std::string name;
  Expected expected;
  Ppk2Faults meter{};
  Wire wire{};
  std::function<void(std::vector<DeviceWindow>&)> told{};  ///< what the board says instead
  bool hidden = false;                                     ///< long_run()
};

class Ppk2Faulty : public testing::TestWithParam<Fault> {
 public:
  static void TearDownTestSuite() { print_table("PPK2"); }

 protected:
  Result<Trace> record(const Scenario& scenario, const Fault& fault, double beyond_s) {
    HIL_ASSIGN(auto line, emulate::open_meter_line());
    board_ = std::make_unique<Board>(scenario, fault.wire);
    device_ = std::make_unique<emulate::Ppk2Device>(std::move(line.link), *board_, fault.meter);
    HIL_ASSIGN(auto tty, TtyLink::open(line.path, ppk2_usb::kBaud));
    MeterSetup setup;
    setup.volts = kVolts;
    setup.source = true;
    setup.emulated = true;
    const Deadline deadline = Deadline::after(std::chrono::seconds(40));
    HIL_ASSIGN(meter_, make_ppk2(std::move(tty), setup, deadline));
    HIL_TRY(meter_->set_target_power(true, deadline));
    HIL_ASSIGN(const auto recording, Recording::start(*meter_, deadline));
    const auto wanted = static_cast<std::uint64_t>((scenario.seconds() + beyond_s) * 1e5);
    const auto enough = recording->wait(
        [&](const RecordingState& state) { return state.samples >= wanted; }, deadline);
    if (!enough) return enough.error();
    return recording->finish(deadline);
  }

 private:
  std::unique_ptr<Board> board_;
  std::unique_ptr<emulate::Ppk2Device> device_;
  std::unique_ptr<PowerMeter> meter_;
};

TEST_P(Ppk2Faulty, IsNamedAndNeverAveragedIn) {
  const Fault& fault = GetParam();
  const Scenario scenario = fault.hidden ? long_run() : short_run();
  const Result<Trace> trace = record(scenario, fault, fault.hidden ? 1.1 : 0);
  std::vector<DeviceWindow> windows = told_windows(scenario);
  if (fault.told) fault.told(windows);
  Outcome outcome;
  if (trace.ok()) {
    outcome = judge(*trace, windows);
  } else {
    outcome.error = trace.error();
  }
  check(fault.name, outcome, scenario, fault.expected);
}

Ppk2Faults drop(std::uint64_t at, std::uint32_t words) {
  Ppk2Faults faults;
  faults.drops = {{at, words}};
  return faults;
}

Ppk2Faults range(std::uint64_t at, std::uint8_t range) {
  Ppk2Faults faults;
  faults.ranges = {{at, 20, range}};
  return faults;
}

/// What goes wrong among the samples.
std::vector<Fault> of_samples() {
  const Scenario run = short_run(), long_one = long_run();
  std::vector<Fault> all;
  for (const std::uint32_t lost : {1u, 5u, 63u}) {
    Expected expected{std::to_string(lost) + (lost == 1 ? " sample" : " samples") +
                      " lost, as the counter says"};
    expected.rejected = {7};
    all.push_back({"loss of " + std::to_string(lost), expected, drop(sample_in(run, 7), lost)});
  }
  Expected edge{"5 samples lost, as the counter says"};
  edge.rejected = {7};
  all.push_back({"loss of 5 over an edge", edge, drop(sample_in(run, 7, 0) - 1, 5)});
  edge.rejected = {};
  all.push_back({"loss of 5 between windows", edge, drop(sample_in(run, 7, 1) + 100, 5)});
  for (const std::uint32_t lost : {64u, 128u}) {
    const std::string name = "loss of " + std::to_string(lost);
    Expected by_clock{"as the clock says", "samples vanished in it"};
    by_clock.rejected = {39};
    by_clock.more_rejected = true;
    all.push_back({name, by_clock, drop(sample_in(long_one, 39), lost), {}, {}, true});
    // Nothing is recorded behind the run, so the board's ticks alone can tell.
    Expected by_ticks{" samples vanished in it"};  // ticks and samples round: give or take one
    by_ticks.rejected = {7};
    all.push_back({name + " by ticks alone", by_ticks, drop(sample_in(run, 7, 0.1), lost)});
  }
  Expected clipped{"at the end of its range"};
  clipped.rejected = {7};
  all.push_back({"clipped samples", clipped, range(sample_in(run, 7, 0.05), 0)});
  Expected invalid{"can't be right"};
  invalid.rejected = {7};
  all.push_back({"a range that no unit has", invalid, range(sample_in(run, 7), 6)});
  Expected reset{"hung up, after"};
  reset.error = Blame::kLink;
  Ppk2Faults leaves;
  leaves.reset_after = sample_in(run, 7);
  all.push_back({"USB reset in mid-window", reset, leaves});
  return all;
}

/// What is wrong from the beginning.
std::vector<Fault> of_units() {
  std::vector<Fault> all;
  Ppk2Faults split;
  split.most_write = 7;
  all.push_back({"reads split at every byte", {}, split});
  Ppk2Faults streaming;
  streaming.streaming_at_open = true;
  all.push_back({"a stream running at open", {}, streaming});
  Expected widened{"R2 is missing or no number: the maker's default 10.15"};
  widened.widened = true;
  Ppk2Faults nan;
  nan.metadata = emulate::Ppk2MetadataFault::kNan;
  all.push_back({"nan calibration", widened, nan});
  Expected refused{"calibration can't be right: R0 is 0.0564"};
  refused.error = Blame::kLab;
  Ppk2Faults block;
  block.metadata = emulate::Ppk2MetadataFault::kWrongBlock;
  all.push_back({"a wrong calibration block", refused, block});
  Expected volts{"it gives 3.000 V, told to give 3.300 V"};
  volts.widened = true;
  volts.volts = 3.0;
  Ppk2Faults supply;
  supply.voltage_error_mv = -300;
  all.push_back({"wrong set voltage", volts, supply});
  Expected floats{"input D0 floats or carries another signal"};
  floats.error = Blame::kLab;
  Ppk2Faults floating;
  floating.floating_logic = true;
  all.push_back({"floating logic port", floats, floating});
  return all;
}

/// What is wrong between the board's pins and the meter's inputs, or with the board's ticks.
std::vector<Fault> of_wires() {
  const Scenario run = short_run();
  const auto stretch = [](double from, double to, std::uint8_t clear, std::uint8_t set) -> Wire {
    return [=](double now, std::uint8_t pins) {
      if (now < from || now > to) return pins;
      return static_cast<std::uint8_t>((pins & ~clear) | set);
    };
  };
  const auto& truth = run.truth();
  std::vector<Fault> all;
  Expected fall{"its falling edge is missing on input D0"};
  fall.rejected = {6, 7};
  all.push_back({"a missing edge",
                 fall,
                 {},
                 stretch(truth[6].begin_s + 1e-3, truth[7].begin_s + 1e-3, 0, 1)});
  Expected both{"both its edges are missing on input D0"};
  both.rejected = {7};
  all.push_back({"a window without edges",
                 both,
                 {},
                 stretch(truth[7].begin_s - 1e-4, truth[7].end_s + 1e-4, 1, 0)});
  Expected none{"no edge on input D0"};
  none.error = Blame::kLab;
  all.push_back({"no wire", none, {}, stretch(0, 10, 1, 0)});
  Expected swapped{"the edges on input D0 are swapped"};
  swapped.error = Blame::kLab;
  all.push_back({"swapped edges (inverted wire)", swapped, {}, [](double, std::uint8_t pins) {
                   return static_cast<std::uint8_t>(pins ^ 1U);
                 }});
  Expected order{"window"};
  order.error = Blame::kDevice;
  const auto swap = [](std::vector<DeviceWindow>& windows) {
    std::swap(windows[6].end_ticks, windows[7].begin_ticks);
  };
  all.push_back({"swapped edges (the board's ticks)", order, {}, {}, swap});
  Expected toggles{"input D1 moved 3 times in it, for 4 inferences"};
  toggles.rejected = {7};
  // The second pin keeps its level where the fourth inference begins, and falls behind the window.
  all.push_back({"an inference that was not made",
                 toggles,
                 {},
                 stretch(truth[7].begin_s + 3 * kInference_s - 1e-5, truth[7].end_s + 1e-3, 0, 2)});
  return all;
}

std::vector<Fault> all_faults() {
  std::vector<Fault> all = of_samples();
  for (const auto& more : {of_units(), of_wires()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string name_of(const testing::TestParamInfo<Fault>& param) {
  return case_name(param.param.name);
}

INSTANTIATE_TEST_SUITE_P(Fault, Ppk2Faulty, testing::ValuesIn(all_faults()), name_of);

}  // namespace
}  // namespace hil::energy
