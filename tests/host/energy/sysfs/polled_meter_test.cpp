// SPDX-License-Identifier: Apache-2.0
// The grid of a polled meter: slots missed, held, failed, and time that jumps.
#include "host/energy/sysfs/polled_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/energy/sysfs/stepped_clock.hpp"

namespace hil::energy {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kRate = 1000;

class PolledMeterTest : public testing::Test {
 protected:
  std::unique_ptr<PolledMeter> make(double update_s = 0) {
    PolledSetup setup;
    setup.info.kind = "hwmon";
    setup.rate_hz = kRate;
    setup.update_s = update_s;
    return std::make_unique<PolledMeter>(
        setup,
        std::vector<PolledRail>{{"VDD", Quantity::kCurrent, true, [this] { return says_; }}});
  }
  static Status read_once(PolledMeter& meter, Trace& trace) {
    return meter.read(trace, Deadline::after(std::chrono::seconds(5)));
  }

  SteppedClock clock_;
  Trace trace_;
  Result<PolledValue> says_ = PolledValue{0.5, 3.0, false, false};
};

TEST(PollGridTest, SlotsAndTheirBeginsAgree) {
  const PollGrid::time_point begin(std::chrono::hours(3));
  for (const double rate : {1.0, 3.0, 142.857142857, 455.0, 1000.0}) {
    const PollGrid grid(begin, rate);
    for (std::uint64_t slot = 0; slot < 5000; slot += 7)
      EXPECT_EQ(grid.slot_at(grid.begin_of(slot)), slot) << rate;
  }
  EXPECT_EQ(PollGrid(begin, 10).slot_at(begin - milliseconds(500)), 0u);
}

TEST_F(PolledMeterTest, OneReadingASlot) {
  const auto meter = make();
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  for (int k = 0; k < 3; ++k)
    ASSERT_TRUE(read_once(*meter, trace_).ok());
  ASSERT_EQ(trace_.size(), 3u);
  EXPECT_THAT(trace_.flags, ElementsAre(0, 0, 0));
  EXPECT_THAT(trace_.rails[0].values, ElementsAre(0.5F, 0.5F, 0.5F));
  EXPECT_THAT(trace_.rails[0].volts, ElementsAre(3.0F, 3.0F, 3.0F));
  EXPECT_EQ(trace_.rate_hz, kRate);
  EXPECT_TRUE(trace_.logic.empty());
}

TEST_F(PolledMeterTest, WhatNobodyReadIsAGap) {
  const auto meter = make();
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  ASSERT_TRUE(read_once(*meter, trace_).ok());
  clock_.pass(milliseconds(4));
  ASSERT_TRUE(read_once(*meter, trace_).ok());
  ASSERT_EQ(trace_.size(), 5u);
  EXPECT_THAT(trace_.flags, ElementsAre(0, flag::kGap, flag::kGap, flag::kGap, 0));
  EXPECT_THAT(trace_.rails[0].values, ElementsAre(0.5F, 0, 0, 0, 0.5F));
  EXPECT_EQ(trace_.rails[0].volts.size(), 5u);
  ASSERT_EQ(trace_.events.size(), 1u);
  EXPECT_EQ(trace_.events[0].kind, "loss");
  EXPECT_EQ(trace_.events[0].index, 1u);
  EXPECT_EQ(trace_.events[0].text, "3 samples not read in time");
}

TEST_F(PolledMeterTest, AMachineThatSleptIsAnError) {
  const auto meter = make();
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  clock_.pass(std::chrono::hours(100));
  const Status slept = read_once(*meter, trace_);
  ASSERT_FALSE(slept.ok());
  EXPECT_EQ(slept.error().blame, Blame::kLink);
  EXPECT_EQ(trace_.size(), 0u) << "no hundred million gaps";
}

TEST_F(PolledMeterTest, NoNewReadingIsHeld) {
  const auto meter = make(0.004);
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  for (int k = 0; k < 2; ++k)
    ASSERT_TRUE(read_once(*meter, trace_).ok());
  says_ = PolledValue{0.6, 3.0, false, false};
  ASSERT_TRUE(read_once(*meter, trace_).ok());
  EXPECT_THAT(trace_.flags, ElementsAre(0, flag::kHeld, 0)) << "another number is a new one";
  ASSERT_TRUE(read_once(*meter, trace_).ok());
  clock_.pass(milliseconds(4));
  ASSERT_TRUE(read_once(*meter, trace_).ok());
  EXPECT_EQ(trace_.flags[3], flag::kHeld);
  EXPECT_EQ(trace_.flags.back(), 0) << "the same number again, long enough after";
}

TEST_F(PolledMeterTest, WhatIsNoNumberIsInvalid) {
  const auto meter = make();
  says_ = PolledValue{7, 3, false, true};
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  ASSERT_TRUE(read_once(*meter, trace_).ok());
  EXPECT_THAT(trace_.flags, ElementsAre(flag::kGap | flag::kInvalid));
  EXPECT_THAT(trace_.rails[0].values, ElementsAre(0));
}

TEST_F(PolledMeterTest, ARailThatDoesNotAnswerIsAGapAndThenAnError) {
  const auto meter = make();
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  says_ = Error{Blame::kLab, "cannot read curr1_input: Input/output error", ""};
  for (int k = 0; k < 9; ++k)
    ASSERT_TRUE(read_once(*meter, trace_).ok()) << k;
  EXPECT_EQ(trace_.flags.back(), flag::kGap);
  EXPECT_EQ(trace_.events.size(), 9u);
  const Status gone = read_once(*meter, trace_);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().blame, Blame::kLink);
  EXPECT_THAT(gone.error().what, HasSubstr("10 times in a row: cannot read curr1_input"));
}

TEST_F(PolledMeterTest, OneThatIsGoneEndsIt) {
  const auto meter = make();
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  says_ = Error{Blame::kLink, "curr1_input is gone", ""};
  ASSERT_FALSE(read_once(*meter, trace_).ok());
}

TEST_F(PolledMeterTest, ADeadlineBeforeTheSlotAppendsNothing) {
  const auto meter = make();
  ASSERT_TRUE(meter->start(trace_, Deadline::never()).ok());
  ASSERT_TRUE(read_once(*meter, trace_).ok());
  ASSERT_TRUE(meter->read(trace_, Deadline::after({})).ok());
  EXPECT_EQ(trace_.size(), 1u);
}

TEST_F(PolledMeterTest, CanNeitherSupplyNorSwitchTheBoard) {
  const auto meter = make();
  const Status no = meter->set_target_power(true, Deadline::never());
  ASSERT_FALSE(no.ok());
  EXPECT_EQ(no.error().blame, Blame::kUser);
  EXPECT_FALSE(meter->abilities().switches_target);
  EXPECT_TRUE(meter->abilities().measures_voltage);
  EXPECT_EQ(meter->abilities().logic_bits, 0u);
  EXPECT_EQ(meter->abilities().refresh_s, 1 / kRate) << "nobody tells";
  EXPECT_EQ(make(0.004)->abilities().refresh_s, 0.004);
}

}  // namespace
}  // namespace hil::energy
