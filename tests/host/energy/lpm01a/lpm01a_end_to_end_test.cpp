// SPDX-License-Identifier: Apache-2.0
// Known truth through the emulated LPM01A, a pseudo-terminal, the meter, and the cutting of
// windows.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "host/emulate/meter/lpm01a_encoding.hpp"
#include "host/energy/lpm01a/ascii_reader.hpp"
#include "host/energy/lpm01a/complete_rises.hpp"
#include "host/energy/lpm01a/trace_builder.hpp"
#include "host/energy/sum/integrate.hpp"
#include "host/energy/window/logic_cut.hpp"
#include "host/energy/window/self_test.hpp"
#include "tests/host/energy/lpm01a/meter_bench.hpp"
#include "tests/host/energy/lpm01a/records.hpp"

namespace hil::energy {
namespace {

constexpr std::uint64_t kTickHz = 1'000'000;

/// Windows of half a second and a little, the first one after @p first_s.
emulate::Scenario half_second_windows(
    double first_s = 0.2503, emulate::Scenario::Power power = emulate::Scenario::Power::kMeter) {
  emulate::Scenario scenario(power);
  scenario.constant(1.2e-3, first_s);
  emulate::WindowTrain train;
  train.windows = 3;
  train.inferences = 25;
  train.active_a = 14e-3;
  train.active_s = 0.01431;
  train.wait_a = 3e-3;
  train.wait_s = 0.00572;
  train.rest_a = 1.2e-3;
  train.rest_s = 0.2137;
  scenario.windows(train);
  return scenario;
}

/// As the device tells them, by a clock of 1 MHz that is @p ppm fast.
std::vector<DeviceWindow> by_device(const emulate::Scenario& scenario, double ppm) {
  std::vector<DeviceWindow> windows;
  const auto ticks = [&](double seconds) {
    return 5'000'000'000 +
           static_cast<std::uint64_t>(std::llround(seconds * kTickHz * (1 + ppm * 1e-6)));
  };
  for (const auto& truth : scenario.truth()) {
    DeviceWindow window;
    window.begin_ticks = ticks(truth.begin_s);
    window.end_ticks = ticks(truth.end_s);
    window.inferences = truth.inferences;
    windows.push_back(window);
  }
  return windows;
}

/// Largest relative error of the windows' energies; 1 if there are none.
double worst_error(const Trace& trace, const emulate::Scenario& scenario,
                   const std::vector<DeviceWindow>& windows) {
  LogicCutOptions options;
  options.tick_hz = kTickHz;
  options.toggle.reset();
  const auto cut = cut_by_logic(trace, windows, options);
  if (!cut || cut->windows.size() != scenario.truth().size()) {
    ADD_FAILURE() << (cut ? "windows are missing" : cut.error().what);
    return 1;
  }
  double worst = 0;
  for (std::size_t i = 0; i < cut->windows.size(); ++i) {
    EXPECT_EQ(cut->windows[i].rejected, "");
    const WindowSum sum = integrate(trace, cut->windows[i].begin, cut->windows[i].end);
    const double truth = scenario.truth()[i].coulombs * 3.3;
    worst = std::max(worst, std::abs(sum.joules.value_or(0) / truth - 1));
  }
  return worst;
}

/// What energy mode makes of @p scenario (with a supply of its own), without a line between.
Trace trace_of(emulate::Scenario scenario, lpm01a::EdgeSource edges) {
  lpm01a::TraceBuilder builder({true, 1000, "1k", 3.3, false, edges});
  Trace trace;
  builder.begin(trace);
  std::string text;
  std::uint32_t edge = 0;
  const bool both = edges == lpm01a::EdgeSource::kBoth;
  for (std::uint64_t k = 0; k < 2600; ++k) {
    if (k % 1000 == 0) text += emulate::ascii_stamp({k, 0});
    const auto interval = scenario.advance(1e-3);
    for (std::uint32_t i = 0; i < interval.falls + (both ? interval.rises : 0); ++i)
      text += fmt::format("event {} ris\r\n", ++edge);
    text += emulate::ascii_sample(interval.amps * 3.3 * 1e-3);
  }
  for (const auto& record : lpm01a::records_of<lpm01a::AsciiReader>(text))
    EXPECT_TRUE(builder.add(record, trace).ok());
  builder.end(trace);
  return trace;
}

TEST(Lpm01aEndToEnd, EveryPhaseAndClockIsWithinTwoPerMille) {
  double worst = 0, worst_of_falls = 0;
  for (int i = 0; i < 60; ++i) {
    const double ppm = -300 + 10.0 * i;
    const auto scenario = half_second_windows(0.2 + i * 0.00027, emulate::Scenario::Power::kOwn);
    const auto windows = by_device(scenario, ppm);
    worst = std::max(worst,
                     worst_error(trace_of(scenario, lpm01a::EdgeSource::kBoth), scenario, windows));
    Trace trace = trace_of(scenario, lpm01a::EdgeSource::kFalling);
    ASSERT_TRUE(complete_rises(trace, windows, kTickHz).ok());
    worst_of_falls = std::max(worst_of_falls, worst_error(trace, scenario, windows));
  }
  RecordProperty("worst_percent", fmt::format("{:.3f}", worst * 100));
  RecordProperty("worst_percent_of_falls", fmt::format("{:.3f}", worst_of_falls * 100));
  EXPECT_LE(worst, 0.002);
  EXPECT_LE(worst_of_falls, 0.004);
}

TEST(Lpm01aEndToEnd, EnergyModeIsWithinTwoPerMilleFromHalfSecondWindowsOn) {
  MeterBench bench(half_second_windows());
  auto meter = bench.make(setup_of(0));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  const Status status = record(**meter, trace, 2500);
  ASSERT_TRUE(status.ok()) << status.error().what;
  EXPECT_EQ(trace.logic_bits, 1u);
  EXPECT_TRUE(trace.meter.emulated);
  EXPECT_LE(worst_error(trace, bench.scenario(), by_device(bench.scenario(), 100)), 0.002);
}

TEST(Lpm01aEndToEnd, FallingEdgesAloneDoWithTheDevicesTicks) {
  emulate::Lpm01aFirmware firmware;
  firmware.both_edges = false;
  MeterBench bench(half_second_windows(), firmware);
  auto meter = bench.make(setup_of(1000));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  const Status status = record(**meter, trace, 2500);
  ASSERT_TRUE(status.ok()) << status.error().what;
  ASSERT_TRUE(only_falls(trace));
  const auto windows = by_device(bench.scenario(), -200);
  const Status completed = complete_rises(trace, windows, kTickHz);
  ASSERT_TRUE(completed.ok()) << completed.error().what;
  EXPECT_FALSE(only_falls(trace));
  EXPECT_LE(worst_error(trace, bench.scenario(), windows), 0.004);
}

/// The pulses that run makes before it trusts a wire, at every phase.
TEST(Lpm01aEndToEnd, TheSelfTestIsSeenAtOneKilohertz) {
  for (int i = 0; i < 50; ++i) {
    emulate::Scenario scenario(emulate::Scenario::Power::kOwn);
    scenario.constant(1e-3, 0.05 + i * 0.000137);
    for (const unsigned milliseconds : kSelfTestPulses_ms) {
      scenario.open_window().constant(1e-3, milliseconds * 1e-3).close_window();
      scenario.constant(1e-3, 0.002);
    }
    const auto pulses = by_device(scenario, 50);
    const Trace both = trace_of(scenario, lpm01a::EdgeSource::kBoth);
    const auto wire = find_sync_wire(both, pulses, kTickHz);
    ASSERT_TRUE(wire.ok()) << i << ": " << wire.error().what;
    EXPECT_EQ(wire->region, LogicInput{0});
    Trace falls = trace_of(scenario, lpm01a::EdgeSource::kFalling);
    const Status completed = complete_rises(falls, pulses, kTickHz);
    ASSERT_TRUE(completed.ok()) << i << ": " << completed.error().what;
    const auto found = find_sync_wire(falls, pulses, kTickHz);
    EXPECT_TRUE(found.ok()) << i << ": " << (found ? "" : found.error().what);
  }
}

TEST(Lpm01aEndToEnd, TornWritesAndStraysChangeNothing) {
  emulate::Lpm01aFaults faults;
  faults.most_write = 3;
  faults.left_over = "30-08\r\n6409-07\r\n";
  faults.strays = {{100, "33930-08\r\n"}, {1500, std::string("\0\r\n\r\n", 5)}};
  MeterBench bench(half_second_windows(), {}, faults);
  auto meter = bench.make(setup_of(1000));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  const Status status = record(**meter, trace, 2500);
  ASSERT_TRUE(status.ok()) << status.error().what;
  EXPECT_LE(worst_error(trace, bench.scenario(), by_device(bench.scenario(), 0)), 0.002);
}

TEST(Lpm01aEndToEnd, CurrentModeIsWithinHalfACodeStep) {
  const std::vector<double> levels = {1e-6,   10e-6, 49e-6, 100e-6, 400e-6,
                                      1.2e-3, 4e-3,  10e-3, 30e-3,  49e-3};
  emulate::Scenario scenario(emulate::Scenario::Power::kMeter);
  for (const double amps : levels)
    scenario.constant(amps, 0.01);
  MeterBench bench(scenario);
  auto meter = bench.make(setup_of(100e3));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  const Status status = record(**meter, trace, 10'000);
  ASSERT_TRUE(status.ok()) << status.error().what;
  ASSERT_EQ(trace.rails[0].quantity, Quantity::kCurrent);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    double step = 0;
    for (const AccuracyStep& accuracy : trace.accuracy.steps) {
      step = accuracy.code_step_a;
      if (levels[i] <= accuracy.up_to_a) break;
    }
    EXPECT_LE(step / levels[i], 1.0 / 256);
    for (std::size_t k = i * 1000; k < (i + 1) * 1000; ++k) {
      const double read = static_cast<double>(trace.rails[0].values[k]);
      ASSERT_NEAR(read, levels[i], step / 2 + levels[i] * 1e-6) << "sample " << k;
      ASSERT_EQ(trace.flags[k], 0);
    }
  }
  EXPECT_EQ(trace.events.size(), 0u);
}

TEST(Lpm01aEndToEnd, CurrentModeCanBeginWithAnEdge) {
  emulate::Scenario scenario(emulate::Scenario::Power::kMeter);
  scenario.constant(1e-3, 0.0502).open_window().constant(10e-3, 0.01).close_window();
  scenario.constant(1e-3, 0.01);
  MeterBench bench(scenario);
  MeterSetup setup = setup_of(50e3);
  setup.start_on_edge = true;
  auto meter = bench.make(setup);
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  const Status status = record(**meter, trace, 800);
  ASSERT_TRUE(status.ok()) << status.error().what;
  std::size_t active = 0;
  while (active < trace.size() && trace.rails[0].values[active] > 5e-3F)
    ++active;
  EXPECT_GE(active, 498u);  // of 500: the edge is somewhere in the interval before index 0
  EXPECT_LE(active, 500u);
  ASSERT_FALSE(trace.events.empty());
  EXPECT_EQ(trace.events[0].kind, "trigger");
  EXPECT_EQ(trace.events[0].index, 0u);
}

}  // namespace
}  // namespace hil::energy
