// SPDX-License-Identifier: Apache-2.0
// How many start at once, and that one which hangs does not close the gate for ever.
#include "host/app/start_gate.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace hil::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(StartGate, LetsInNoMoreAtOnceThanItsNumber) {
  StartGate gate(2, hours(1));
  ASSERT_TRUE(gate.enter(nullptr));
  const auto second = gate.enter(nullptr);
  std::atomic<bool> in = false;
  std::thread third([&] {
    EXPECT_TRUE(gate.enter(nullptr));
    in = true;
  });
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_FALSE(in);
  gate.leave(*second);
  third.join();
  EXPECT_TRUE(in);
}

TEST(StartGate, AStartThatTakesLongCountsNoMore) {
  StartGate gate(1, milliseconds(20));
  const auto begin = StartGate::Clock::now();
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(gate.enter(nullptr)) << "nobody ever leaves";
  EXPECT_GE(StartGate::Clock::now() - begin, milliseconds(60));
}

TEST(StartGate, LeavingTwiceOrUnknownDoesNoHarm) {
  StartGate gate(1, hours(1));
  const auto first = gate.enter(nullptr);
  gate.leave(*first);
  gate.leave(*first);
  gate.leave(99);
  EXPECT_TRUE(gate.enter(nullptr));
}

TEST(StartGate, EndsTheWaitWhenAskedToStop) {
  StartGate gate(1, hours(1));
  const StopRequest stop;
  ASSERT_TRUE(gate.enter(&stop));
  std::thread ctrl_c([] {
    std::this_thread::sleep_for(milliseconds(30));
    ::kill(::getpid(), SIGINT);
  });
  EXPECT_FALSE(gate.enter(&stop));
  ctrl_c.join();
}

TEST(StartGate, NoneAtOnceIsOne) {
  StartGate gate(0, hours(1));
  EXPECT_TRUE(gate.enter(nullptr));
}

}  // namespace
}  // namespace hil::app
