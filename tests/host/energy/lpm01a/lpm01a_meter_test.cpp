// SPDX-License-Identifier: Apache-2.0
// Tests of the LPM01A as a meter: set-up, supply, and every fault by its name.
#include "host/energy/lpm01a/lpm01a_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "host/base/clock.hpp"
#include "tests/host/energy/lpm01a/meter_bench.hpp"

namespace hil::energy {
namespace {

using emulate::Lpm01aFaults;
using emulate::Lpm01aFirmware;
using emulate::Scenario;
using testing::HasSubstr;

/// Ten milliamperes for as long as anybody looks.
Scenario steady(double amps = 10e-3) {
  Scenario scenario(Scenario::Power::kMeter);
  scenario.constant(amps, 1);
  return scenario;
}

std::size_t events_of(const Trace& trace, const std::string& kind) {
  return static_cast<std::size_t>(
      std::count_if(trace.events.begin(), trace.events.end(),
                    [&](const MeterEvent& event) { return event.kind == kind; }));
}

/// The error of a recording of @p samples with @p faults, or "" and what was recorded.
struct Outcome {
  Status status;
  Trace trace;
  [[nodiscard]] std::string what() const { return status.ok() ? "" : status.error().what; }
};
Outcome record_with(const Lpm01aFaults& faults, double rate_hz, std::size_t samples,
                    double amps = 10e-3) {
  MeterBench bench(steady(amps), {}, faults);
  Outcome outcome;
  auto meter = bench.make(setup_of(rate_hz));
  if (!meter) {
    outcome.status = meter.error();
    return outcome;
  }
  EXPECT_TRUE((*meter)->set_target_power(true, soon()).ok());
  outcome.status = record(**meter, outcome.trace, samples);
  Trace again;
  if (outcome.status.ok()) return outcome;
  EXPECT_TRUE((*meter)->stop(outcome.trace, Deadline::after(std::chrono::seconds(2))).ok());
  EXPECT_TRUE((*meter)->start(again, soon()).ok());
  return outcome;
}

/// Whether @p holds becomes true: a loaded machine may run the device's thread late.
bool eventually(const std::function<bool()>& holds) {
  const Deadline deadline = soon();
  while (!holds() && !deadline.expired())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return holds();
}

/// The machine's time and some more.
class ShiftedClock final : public ClockSource {
 public:
  std::chrono::seconds shift{0};
  time_point now() override { return std::chrono::steady_clock::now() + shift; }
  time_point stamp() override { return now(); }
  std::chrono::system_clock::time_point utc_now() override {
    return std::chrono::system_clock::now();
  }
  int stop_signal(int real) override { return real; }
};

TEST(Lpm01aMeter, SaysWhoItIs) {
  MeterBench bench(steady());
  const auto link = bench.link();
  const auto info = identify_lpm01a(*link, soon());
  ASSERT_TRUE(info.ok()) << info.error().what;
  EXPECT_EQ(info->kind, "lpm01a");
  EXPECT_EQ(info->firmware, "1.0.6");
  EXPECT_EQ(info->serial, "454D554C-41544544-00000001");
  EXPECT_TRUE(info->emulated);
  EXPECT_FALSE(bench.device().controlled());
}

TEST(Lpm01aMeter, SetsTheMeterUpAndLetsItGo) {
  MeterBench bench(steady());
  auto meter = bench.make(setup_of(0, 2.5));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  EXPECT_TRUE(bench.device().controlled());
  EXPECT_EQ(bench.device().millivolts(), 2500u);
  EXPECT_FALSE(bench.device().target_on());
  const MeterAbilities abilities = (*meter)->abilities();
  EXPECT_TRUE(abilities.sources && abilities.switches_target && !abilities.measures_voltage);
  EXPECT_EQ(abilities.logic_bits, 1u);
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  EXPECT_TRUE(bench.device().target_on());
  ASSERT_TRUE((*meter)->set_target_power(false, soon()).ok());
  EXPECT_FALSE(bench.device().target_on());
  meter->reset();
  EXPECT_TRUE(eventually([&] { return !bench.device().controlled(); }));
}

TEST(Lpm01aMeter, LeavesARunningBoardItsSupply) {
  MeterBench bench(steady());
  {
    auto meter = bench.make(setup_of(0));
    ASSERT_TRUE(meter.ok() && (*meter)->set_target_power(true, soon()).ok());
  }
  EXPECT_TRUE(bench.device().target_on());
  ASSERT_TRUE(bench.make(setup_of(0)).ok());
  EXPECT_TRUE(bench.device().target_on());
  ASSERT_TRUE(bench.make(setup_of(0, 1.8)).ok());
  EXPECT_FALSE(bench.device().target_on());
}

TEST(Lpm01aMeter, RecordsTwiceAndStopsWhenItGoes) {
  MeterBench bench(steady());
  {
    auto meter = bench.make(setup_of(10e3));
    ASSERT_TRUE(meter.ok()) << meter.error().what;
    ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
    for (int i = 0; i < 2; ++i) {
      Trace trace;
      const Status status = record(**meter, trace, 1500);
      ASSERT_TRUE(status.ok()) << status.error().what;
      EXPECT_FALSE(bench.device().sampling());
      EXPECT_EQ(trace.meter.kind, "lpm01a");
      EXPECT_EQ(trace.supply.volts, 3.3);
      EXPECT_FALSE(trace.accuracy.steps.empty());
      EXPECT_EQ(trace.flags.size(), trace.rails[0].values.size());
      EXPECT_GE(trace.size(), bench.device().samples_made());
    }
    Trace trace;
    ASSERT_TRUE((*meter)->start(trace, soon()).ok());
    EXPECT_EQ((*meter)->start(trace, soon()).error().blame, Blame::kBug);
  }
  EXPECT_TRUE(eventually([&] { return !bench.device().sampling(); }));
  EXPECT_TRUE(eventually([&] { return !bench.device().controlled(); }));
}

TEST(Lpm01aMeter, EndsWhatAnEarlierUserLeftRunning) {
  Lpm01aFaults faults;
  faults.streaming_at_open = true;
  MeterBench bench(steady(), {}, faults);
  auto meter = bench.make(setup_of(0));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  EXPECT_FALSE(bench.device().sampling());
}

TEST(Lpm01aMeter, SwitchesTheSupplyWhileItRecordsText) {
  MeterBench bench(steady());
  auto meter = bench.make(setup_of(1000));
  ASSERT_TRUE(meter.ok() && (*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  ASSERT_TRUE((*meter)->set_target_power(false, soon()).ok());
  EXPECT_TRUE(eventually([&] { return !bench.device().target_on(); }));
  ASSERT_TRUE((*meter)->stop(trace, soon()).ok());
  EXPECT_EQ(trace.size(), bench.device().samples_made());
}

TEST(Lpm01aMeter, DoesNotSwitchTheSupplyWhileItRecordsBinary) {
  MeterBench bench(steady());
  auto meter = bench.make(setup_of(100e3));
  ASSERT_TRUE(meter.ok());
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  EXPECT_EQ((*meter)->set_target_power(true, soon()).error().blame, Blame::kUser);
  EXPECT_TRUE((*meter)->stop(trace, soon()).ok());
}

TEST(Lpm01aMeterFault, AnotherProductWithTheSameUsbId) {
  Lpm01aFaults faults;
  faults.mute = true;
  MeterBench bench(steady(), {}, faults);
  const auto meter = bench.make(setup_of(0));
  ASSERT_FALSE(meter.ok());
  EXPECT_EQ(meter.error().blame, Blame::kLab);
  EXPECT_THAT(meter.error().what, HasSubstr("is no LPM01A"));
  EXPECT_THAT(meter.error().hint, HasSubstr("--meter lpm01a:/dev/"));
}

TEST(Lpm01aMeterFault, ARefusedCommandAndItsReason) {
  for (const char* word : {"error", "err"}) {
    Lpm01aFaults faults;
    faults.refused = "freq";
    Lpm01aFirmware firmware;
    firmware.error_word = word;
    MeterBench bench(steady(), firmware, faults);
    const auto meter = bench.make(setup_of(0));
    ASSERT_FALSE(meter.ok());
    EXPECT_EQ(meter.error().blame, Blame::kLab);
    EXPECT_THAT(meter.error().what, HasSubstr("refuses 'freq 1k': Refused"));
  }
}

TEST(Lpm01aMeterFault, AFirmwareWithoutEventsIsNamedInTheTrace) {
  Lpm01aFirmware firmware;
  firmware.version = "1.0.3";
  firmware.events = false;
  MeterBench bench(steady(), firmware);
  auto meter = bench.make(setup_of(0));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  EXPECT_EQ((*meter)->abilities().logic_bits, 0u);
  Trace trace;
  ASSERT_TRUE(record(**meter, trace, 10).ok());
  ASSERT_EQ(events_of(trace, "firmware"), 1u);
  EXPECT_THAT(trace.events[0].text, HasSubstr("1.0.3 knows no eventsrc"));
  EXPECT_TRUE(trace.logic.empty());
}

TEST(Lpm01aMeterFault, AWrongVoltage) {
  Lpm01aFaults faults;
  faults.voltage_error_mv = -800;
  MeterBench bench(steady(), {}, faults);
  const auto meter = bench.make(setup_of(0));
  ASSERT_FALSE(meter.ok());
  EXPECT_EQ(meter.error().blame, Blame::kLab);
  EXPECT_THAT(meter.error().what, HasSubstr("says that it supplies 2.500 V, 3.300 V was set"));
}

TEST(Lpm01aMeterFault, LostSamples) {
  for (const double rate : {1000.0, 100e3}) {
    Lpm01aFaults faults;
    faults.losses = {{1200, 64}};
    const Outcome outcome = record_with(faults, rate, 3000);
    ASSERT_TRUE(outcome.status.ok()) << outcome.what();
    EXPECT_EQ(outcome.trace.flags[999], 0);
    EXPECT_EQ(outcome.trace.flags[1000], flag::kGap);
    EXPECT_EQ(outcome.trace.flags[1999], flag::kGap);
    EXPECT_EQ(outcome.trace.flags[2000], 0);
    EXPECT_EQ(events_of(outcome.trace, "loss"), 1u);
  }
}

TEST(Lpm01aMeterFault, AFullBufferEndsTheAcquisition) {
  for (const double rate : {1000.0, 100e3}) {
    Lpm01aFaults faults;
    faults.overflow_after = 300;
    const Outcome outcome = record_with(faults, rate, 3000);
    ASSERT_FALSE(outcome.status.ok());
    EXPECT_EQ(outcome.status.error().blame, Blame::kLink);
    EXPECT_THAT(outcome.what(), HasSubstr("ended the acquisition by itself"));
    EXPECT_THAT(outcome.what(), HasSubstr("buffer overflow"));
    EXPECT_THAT(outcome.status.error().hint, HasSubstr("lower rate"));
  }
}

TEST(Lpm01aMeterFault, Overcurrent) {
  for (const double rate : {1000.0, 100e3}) {
    const Outcome outcome = record_with({}, rate, 3000, 61e-3);
    ASSERT_FALSE(outcome.status.ok());
    EXPECT_EQ(outcome.status.error().blame, Blame::kLab);
    EXPECT_THAT(outcome.what(), HasSubstr("cut the board's supply"));
    EXPECT_EQ(events_of(outcome.trace, "overcurrent"), 1u);
  }
}

TEST(Lpm01aMeterFault, ItRecordsAgainBehindAnOvercurrent) {
  for (const double rate : {1000.0, 100e3}) {
    Scenario scenario(Scenario::Power::kMeter);
    scenario.constant(10e-3, 20 / rate).constant(61e-3, 2 / rate).constant(5e-3, 10);
    MeterBench bench(scenario);
    auto meter = bench.make(setup_of(rate));
    ASSERT_TRUE(meter.ok() && (*meter)->set_target_power(true, soon()).ok());
    Trace trace;
    ASSERT_EQ(record(**meter, trace, 3000).error().blame, Blame::kLab);
    static_cast<void>((*meter)->stop(trace, soon()));
    EXPECT_FALSE(bench.device().target_on());
    // The time of the scenario goes on while it records: two samples are too much.
    Status again;
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
      again = record(**meter, trace, 100);
      if (again.ok()) break;
      ASSERT_EQ(again.error().blame, Blame::kLab) << again.error().what;
      static_cast<void>((*meter)->stop(trace, soon()));
    }
    EXPECT_TRUE(again.ok()) << again.error().what;
  }
}

TEST(Lpm01aMeterFault, AnErrorThatAnEarlierUserLeftIsForgotten) {
  Lpm01aFaults faults;
  faults.overflow_after = 300;
  MeterBench bench(steady(), {}, faults);
  for (int i = 0; i < 2; ++i) {
    auto meter = bench.make(setup_of(1000));
    ASSERT_TRUE(meter.ok()) << meter.error().what;
    Trace trace;
    const Status status = record(**meter, trace, 3000);
    EXPECT_THAT(status.error().what, HasSubstr("buffer overflow")) << "and not: refuses 'start'";
  }
}

TEST(Lpm01aMeterFault, ModesThatAnEarlierUserLeftAreTakenBack) {
  Lpm01aFaults faults;
  faults.static_at_open = true;
  faults.power_ends_at_open = true;
  MeterBench bench(steady(), {}, faults);
  auto meter = bench.make(setup_of(1000));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  ASSERT_TRUE((*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  for (int i = 0; i < 2; ++i) {
    const Status status = record(**meter, trace, 50);
    ASSERT_TRUE(status.ok()) << status.error().what;
    EXPECT_GE(trace.size(), 50u);
    EXPECT_TRUE(bench.device().target_on()) << "the board outlives the end of a recording";
  }
}

TEST(Lpm01aMeterFault, ASlowAcquisitionThatAnEarlierUserLeftIsEnded) {
  Lpm01aFaults faults;
  faults.streaming_at_open = true;
  faults.streaming_hz = 5;
  MeterBench bench(steady(), {}, faults);
  const auto link = bench.link();
  const auto who = identify_lpm01a(*link, soon());
  ASSERT_TRUE(who.ok()) << who.error().what;
  EXPECT_EQ(who->firmware, "1.0.6");
  EXPECT_FALSE(bench.device().sampling());
}

TEST(Lpm01aMeterFault, CurrentsBeyondItsRangeAreFlagged) {
  for (const double rate : {1000.0, 100e3}) {
    const Outcome outcome = record_with({}, rate, 100, 55e-3);
    ASSERT_TRUE(outcome.status.ok()) << outcome.what();
    EXPECT_EQ(outcome.trace.flags[50], flag::kSaturated);
  }
}

TEST(Lpm01aMeterFault, AMissingEdge) {
  Scenario scenario(Scenario::Power::kMeter);
  scenario.windows({4, 1, 10e-3, 0.02, 0, 0, 1e-3, 0.03});
  Lpm01aFaults faults;
  faults.lost_event = 4;
  MeterBench bench(scenario, {}, faults);
  auto meter = bench.make(setup_of(1000));
  ASSERT_TRUE(meter.ok() && (*meter)->set_target_power(true, soon()).ok());
  Trace trace;
  ASSERT_TRUE(record(**meter, trace, 200).ok());
  EXPECT_EQ(events_of(trace, "edge"), 7u);
  EXPECT_EQ(events_of(trace, "loss"), 1u);
}

TEST(Lpm01aMeterFault, SilenceInMidStream) {
  Lpm01aFaults faults;
  faults.silent_after = 100;
  MeterBench bench(steady(), {}, faults);
  ShiftedClock clock;
  const ClockScope scope(&clock);
  auto meter = bench.make(setup_of(1000));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  const Deadline deadline = soon();
  while (trace.size() < 100 && !deadline.expired())
    ASSERT_TRUE((*meter)->read(trace, Deadline::after(std::chrono::milliseconds(20))).ok());
  clock.shift = std::chrono::seconds(6);
  const Status status = (*meter)->read(trace, Deadline::after(std::chrono::milliseconds(20)));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLink);
  EXPECT_THAT(status.error().what, HasSubstr("has stopped sending"));
}

TEST(Lpm01aMeterFault, AnAcquisitionThatDoesNotEnd) {
  for (const double rate : {1000.0, 100e3}) {
    Lpm01aFaults faults;
    faults.deaf_to_stop = true;
    MeterBench bench(steady(), {}, faults);
    auto meter = bench.make(setup_of(rate));
    ASSERT_TRUE(meter.ok()) << meter.error().what;
    Trace trace;
    ASSERT_TRUE((*meter)->start(trace, soon()).ok());
    const Status status = (*meter)->stop(trace, Deadline::after(std::chrono::milliseconds(300)));
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().blame, Blame::kLink);
    EXPECT_THAT(status.error().what, HasSubstr("does not end the acquisition"));
  }
}

TEST(Lpm01aMeterFault, UnpluggedInMidStream) {
  MeterBench bench(steady());
  auto meter = bench.make(setup_of(100e3));
  ASSERT_TRUE(meter.ok()) << meter.error().what;
  Trace trace;
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  bench.unplug();
  Status status;
  const Deadline deadline = soon();
  while (status.ok() && !deadline.expired())
    status = (*meter)->read(trace, Deadline::after(std::chrono::milliseconds(20)));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kLink);
}

}  // namespace
}  // namespace hil::energy
