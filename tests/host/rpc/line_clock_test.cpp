// SPDX-License-Identifier: Apache-2.0
// Polls and silence on an imaginary clock.
#include "host/rpc/line_clock.hpp"

#include <gtest/gtest.h>

namespace hil::rpc {
namespace {

using std::chrono::milliseconds;

class LineClockTest : public testing::Test {
 protected:
  LineClock::Clock::time_point at(int ms) const { return start_ + milliseconds(ms); }
  LineClock::Clock::time_point start_ = LineClock::Clock::now();
  LineClock clock_{LineClock::Settings{}};
};

TEST_F(LineClockTest, DoesNothingWhileNothingIsDue) {
  clock_.heard(at(0));
  EXPECT_FALSE(clock_.poll_due(at(100'000)));
  EXPECT_FALSE(clock_.silent(at(100'000)));
  EXPECT_EQ(clock_.next(), LineClock::Clock::time_point::max());
  EXPECT_EQ(clock_.longest_silence().count(), 0);
}

TEST_F(LineClockTest, PollsDoubleUpToTheLimit) {
  clock_.set_due(true, at(0));
  EXPECT_FALSE(clock_.poll_due(at(59)));
  EXPECT_TRUE(clock_.poll_due(at(60)));
  int now = 60;
  for (const int wait : {100, 100, 100, 100}) {
    clock_.polled(at(now));
    EXPECT_FALSE(clock_.poll_due(at(now + wait - 1))) << wait;
    EXPECT_TRUE(clock_.poll_due(at(now + wait))) << wait;
    now += wait;
  }
  clock_.progressed(at(now));
  EXPECT_TRUE(clock_.poll_due(at(now + 60)));
}

TEST_F(LineClockTest, WaitsForFourRoundTripsAndTheLine) {
  clock_.measured(milliseconds(20));
  clock_.set_line_time(milliseconds(30));
  EXPECT_EQ(clock_.poll_after(), milliseconds(4 * 20 + 30));
  clock_.measured(milliseconds(60));
  EXPECT_EQ(clock_.poll_after(), milliseconds(100 + 30)) << "four times 25";
  clock_.measured(milliseconds(425));
  EXPECT_EQ(clock_.poll_after(), milliseconds(2 * 75 + 30)) << "two at least";
}

TEST_F(LineClockTest, SilenceStartsWhenSomethingIsDue) {
  clock_.heard(at(0));
  clock_.set_due(true, at(5000));
  EXPECT_FALSE(clock_.silent(at(6999)));
  EXPECT_TRUE(clock_.silent(at(7000)));
  EXPECT_EQ(clock_.silence(at(6000)), milliseconds(1000));
  clock_.set_quiet(milliseconds(3000));
  EXPECT_FALSE(clock_.silent(at(9999)));
  EXPECT_TRUE(clock_.silent(at(10'000)));
  clock_.heard(at(6500));
  EXPECT_EQ(clock_.longest_silence(), milliseconds(1500));
}

TEST_F(LineClockTest, TimeInWhichNobodyListenedDoesNotCount) {
  clock_.resume(at(0));
  clock_.set_due(true, at(0));
  clock_.pause(at(10));
  clock_.resume(at(10'010));
  EXPECT_FALSE(clock_.silent(at(10'010)));
  EXPECT_FALSE(clock_.poll_due(at(10'010)));
  EXPECT_EQ(clock_.silence(at(10'010)), milliseconds(30)) << "10 before, 20 of the pause";
  EXPECT_TRUE(clock_.silent(at(12'000)));
}

TEST_F(LineClockTest, APauseCountsOnce) {
  clock_.set_due(true, at(0));
  clock_.pause(at(10));
  clock_.resume(at(1010));
  clock_.resume(at(1500));
  EXPECT_EQ(clock_.silence(at(1500)), milliseconds(10 + 20 + 490));
  EXPECT_TRUE(clock_.silent(at(2980)));
}

TEST_F(LineClockTest, SilenceIsNoticedHoweverLateEveryWaitEnds) {
  clock_.set_due(true, at(0));
  int now = 0;
  int waits = 0;
  for (; !clock_.silent(at(now)) && waits < 1000; ++waits) {
    clock_.pause(at(now + 100));  // when the wait should have ended
    now += 3000;
    clock_.resume(at(now));
  }
  EXPECT_EQ(waits, 17) << "of each 100 ms of waiting count and 20 of being late";
}

}  // namespace
}  // namespace hil::rpc
