// SPDX-License-Identifier: Apache-2.0
// Every fault of an LPM01A and its wire: emulated unit, pty, recording, windows, figures.
#include <gtest/gtest.h>

#include <utility>

#include "host/energy/lpm01a/complete_rises.hpp"
#include "host/energy/recording.hpp"
#include "tests/host/energy/faults/fault_check.hpp"
#include "tests/host/energy/lpm01a/meter_bench.hpp"

namespace hil::energy {
namespace {

using emulate::Scenario;

/// Idle windows (even numbers) and windows of inferences (odd ones) in turn, six in 2.4 s.
Scenario in_turn(double amps = 14e-3) {
  constexpr double kIdleAmps = 1.2e-3;
  Scenario scenario(Scenario::Power::kMeter);
  scenario.constant(kIdleAmps, 0.1003);
  for (unsigned i = 0; i < 3; ++i) {
    scenario.open_window().constant(kIdleAmps, 0.2504).close_window();
    scenario.constant(kIdleAmps, 0.0703);
    scenario.windows({.windows = 1,
                      .inferences = 20,
                      .active_a = amps,
                      .active_s = 0.01431,
                      .wait_a = 3e-3,
                      .wait_s = 0.00372,
                      .rest_a = kIdleAmps,
                      .rest_s = 0.1107});
  }
  return scenario.constant(kIdleAmps, 0.02);
}

struct Fault {
  std::string name;
  Expected expected;
  emulate::Lpm01aFaults meter{};
  emulate::Lpm01aFirmware firmware{};
  double amps = 14e-3;  ///< of an inference
};

class Lpm01aFaulty : public testing::TestWithParam<Fault> {
 public:
  static void TearDownTestSuite() { print_table("LPM01A"); }

 protected:
  static Result<Trace> record(MeterBench& bench) {
    const Deadline deadline = Deadline::after(std::chrono::seconds(40));
    HIL_ASSIGN(const auto meter, bench.make(setup_of(1000)));
    HIL_TRY(meter->set_target_power(true, deadline));
    HIL_ASSIGN(const auto recording, Recording::start(*meter, deadline));
    const auto wanted = static_cast<std::uint64_t>(bench.scenario().seconds() * 1e3);
    const auto enough = recording->wait(
        [&](const RecordingState& state) { return state.samples >= wanted; }, deadline);
    if (!enough) return enough.error();
    return recording->finish(deadline);
  }

  static Outcome run(const Fault& fault) {
    MeterBench bench(in_turn(fault.amps), fault.firmware, fault.meter);
    Outcome outcome;
    Result<Trace> trace = record(bench);
    const std::vector<DeviceWindow> windows = told_windows(bench.scenario());
    Status status = trace.ok() ? complete_rises(*trace, windows, kTickHz) : Status(trace.error());
    if (status.ok()) return judge(*trace, windows);
    outcome.error = status.error();
    return outcome;
  }
};

TEST_P(Lpm01aFaulty, IsNamedAndNeverAveragedIn) {
  const Fault& fault = GetParam();
  check(fault.name, run(fault), in_turn(fault.amps), fault.expected);
}

std::vector<Fault> all_faults() {
  std::vector<Fault> all;
  Expected torn;
  emulate::Lpm01aFaults pieces;
  pieces.most_write = 3;
  all.push_back({"reads split at every byte", torn, pieces});
  // Nobody knows which of a thousand samples are lost: none of them is used, up to 2.000 s.
  Expected lost{"64 of 1000 samples were lost"};
  lost.rejected = {2, 3, 4};
  emulate::Lpm01aFaults losses;
  losses.losses = {{1200, 64}};
  all.push_back({"loss of 64", lost, losses});
  Expected overflow{"ended the acquisition by itself: error: buffer overflow"};
  overflow.error = Blame::kLink;
  emulate::Lpm01aFaults full;
  full.overflow_after = 900;
  all.push_back({"overflow in mid-window", overflow, full});
  Expected edge{"edges on the sync wire are missing: 7 follows 5"};
  edge.rejected = {2, 3};
  emulate::Lpm01aFaults sixth;
  sixth.lost_event = 6;
  all.push_back({"a missing edge", edge, sixth});
  Expected fall{"5 falling edges on the sync wire, 6 windows ended"};
  fall.error = Blame::kLab;
  emulate::Lpm01aFaults third;
  third.lost_event = 3;
  emulate::Lpm01aFirmware falls_alone;
  falls_alone.both_edges = false;
  all.push_back({"a missing edge, told of falls alone", fall, third, falls_alone});
  Expected volts{"says that it supplies 2.500 V, 3.300 V was set"};
  volts.error = Blame::kLab;
  emulate::Lpm01aFaults supply;
  supply.voltage_error_mv = -800;
  all.push_back({"wrong set voltage", volts, supply});
  Expected clipped{"at the end of its range"};
  clipped.error = Blame::kLab;
  all.push_back({"clipped samples", clipped, {}, {}, 55e-3});
  return all;
}

std::string name_of(const testing::TestParamInfo<Fault>& param) {
  return case_name(param.param.name);
}

INSTANTIATE_TEST_SUITE_P(Fault, Lpm01aFaulty, testing::ValuesIn(all_faults()), name_of);

}  // namespace
}  // namespace hil::energy
