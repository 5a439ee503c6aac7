// SPDX-License-Identifier: Apache-2.0
// A recording played as if it were measured now.
#include "host/energy/file/replay_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/base/file.hpp"
#include "host/energy/file/trace_file.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/energy/file/trace_examples.hpp"

namespace hil::energy {
namespace {

using testing::example_file;
using testing::expect_same;
using ::testing::HasSubstr;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

/// All that the meter gives until it says that it has ended.
Trace record(PowerMeter& meter) {
  Trace trace;
  EXPECT_TRUE(meter.start(trace, soon()).ok());
  const Deadline deadline = soon();
  while ((trace.events.empty() || trace.events.back().kind != "end") && !deadline.expired())
    EXPECT_TRUE(meter.read(trace, deadline).ok());
  EXPECT_TRUE(meter.stop(trace, soon()).ok());
  return trace;
}

TEST(ReplayMeter, GivesAllThatWasRecorded) {
  for (const ReplayPace pace : {ReplayPace::kAtOnce, ReplayPace::kTrueRate}) {
    Trace kept = example_file(10'000).trace;
    const auto meter = make_replay_meter(kept, {}, pace);
    ASSERT_TRUE(meter.ok());
    EXPECT_EQ((*meter)->info().serial, "D6A1");
    EXPECT_EQ((*meter)->info().kind, "replay");
    EXPECT_TRUE((*meter)->info().emulated) << "nothing of it is measured now";
    EXPECT_EQ((*meter)->info().model, "recording of " + kept.meter.model);
    kept.meter = (*meter)->info();
    EXPECT_EQ((*meter)->abilities().logic_bits, 2u);
    Trace played = record(**meter);
    EXPECT_EQ(played.events.back().index, 10'000u);
    played.events.pop_back();
    expect_same(played, kept);
    // And once more, from the start.
    played = record(**meter);
    EXPECT_EQ(played.size(), kept.size());
  }
}

TEST(ReplayMeter, ComesNoFasterThanItWasRecorded) {
  const auto meter = make_replay_meter(example_file(10'000).trace, {});
  ASSERT_TRUE(meter.ok());
  Trace trace;
  const auto before = Clock::now();
  ASSERT_TRUE((*meter)->start(trace, soon()).ok());
  ASSERT_TRUE((*meter)->read(trace, soon()).ok());
  const double passed = std::chrono::duration<double>(Clock::now() - before).count();
  EXPECT_LE(static_cast<double>(trace.size()), passed * 100'000);
}

TEST(ReplayMeter, TakesAStatedVoltageWhereNoneIsKnown) {
  Trace kept = example_file(10).trace;
  MeterSetup setup;
  setup.volts = 1.8;
  Trace trace;
  ASSERT_TRUE((*make_replay_meter(kept, setup))->start(trace, soon()).ok());
  EXPECT_EQ(trace.supply.volts, 3.3);
  kept.supply = {};
  ASSERT_TRUE((*make_replay_meter(kept, setup))->start(trace, soon()).ok());
  EXPECT_EQ(trace.supply.volts, 1.8);
  EXPECT_EQ(trace.supply.source, VoltageSource::kStated);
}

TEST(ReplayMeter, CanNotSupplyOrChangeTheRate) {
  MeterSetup setup;
  setup.source = true;
  EXPECT_EQ(make_replay_meter(example_file(1).trace, setup).error().blame, Blame::kUser);
  setup.source = false;
  setup.rate_hz = 1000;
  EXPECT_THAT(make_replay_meter(example_file(1).trace, setup).error().what,
              HasSubstr("100000 samples per second, not 1000"));
  setup.rate_hz = 100'000;
  const auto meter = make_replay_meter(example_file(1).trace, setup);
  ASSERT_TRUE(meter.ok());
  EXPECT_EQ((*meter)->set_target_power(true, soon()).error().blame, Blame::kUser);
}

TEST(ReplayMeter, TellsFormatsByTheirFirstBytes) {
  const ScratchFolder folder;
  const auto ours = folder.path() / "a";
  const auto mlperf = folder.path() / "b";
  const auto table = folder.path() / "c";
  ASSERT_TRUE(save_trace(example_file(5), ours).ok());
  ASSERT_TRUE(write_file(mlperf, std::string("\xF1\0\0\x7A\x44\0\0\x80\x3F", 9)).ok());
  ASSERT_TRUE(write_file(table, "time,current\n0,1\n1,2\n").ok());
  EXPECT_EQ(load_any_trace(ours)->meter.kind, "ppk2");
  EXPECT_EQ(load_any_trace(mlperf)->rails[0].quantity, Quantity::kPower);
  EXPECT_EQ(load_any_trace(table)->rate_hz, 1);
  EXPECT_EQ(load_any_trace(folder.path() / "d").error().blame, Blame::kUser);
  ASSERT_TRUE(write_file(table, "hello").ok());
  EXPECT_THAT(open_replay_meter(table, {}).error().what, HasSubstr("c: line 1"));
}

}  // namespace
}  // namespace hil::energy
