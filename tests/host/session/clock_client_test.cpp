// SPDX-License-Identifier: Apache-2.0
// measure_clock() against an agent whose clock runs as the test says.
#include "host/session/clock_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

/// Gives @p agent the host's clock, @p ppm faster.
void run_clock(ServingAgent& agent, double ppm) {
  const auto start = Deadline::Clock::now();
  agent.change_time_sync = [=](auto& reply) {
    const std::chrono::duration<double, std::nano> passed = Deadline::Clock::now() - start;
    const auto ticks = static_cast<std::uint64_t>(passed.count() * (1 + ppm * 1e-6));
    reply.set_device_receive_ticks(ticks);
    reply.set_device_send_ticks(ticks);
  };
}

TEST(ClockClient, FindsAFastClockWithin100Ppm) {
  for (const double ppm : {20'000.0, 0.0}) {
    ServingAgent agent;
    run_clock(agent, ppm);
    const auto session = Session::open(agent, quick(), soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    const auto ratio = measure_clock(**session, std::chrono::milliseconds(500), soon());
    ASSERT_TRUE(ratio.ok()) << ratio.error().what;
    EXPECT_NEAR(ratio->ppm, ppm, 100);
    EXPECT_EQ(ratio->exchanges, 96u);
    EXPECT_GE(ratio->duration_s, 0.4);
  }
}

TEST(ClockClient, TakesAtLeastEnough) {
  ServingAgent agent;
  run_clock(agent, 0);
  const auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  const auto ratio = measure_clock(**session, std::chrono::milliseconds(-5), soon());
  ASSERT_TRUE(ratio.ok()) << ratio.error().what;
  EXPECT_GE(ratio->exchanges, kLeastExchanges);
}

TEST(ClockClient, ClockThatStandsStillIsTheDevicesFault) {
  ServingAgent agent;
  const auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  agent.change_time_sync = [](auto& reply) {
    reply.set_device_receive_ticks(7);
    reply.set_device_send_ticks(7);
  };
  const auto ratio = measure_clock(**session, std::chrono::milliseconds(20), soon());
  ASSERT_FALSE(ratio.ok());
  EXPECT_EQ(ratio.error().blame, Blame::kDevice);
  EXPECT_EQ(ratio.error().what, "the agent's clock stands still");
  EXPECT_EQ(ratio.error().hint, "the clock of this board's port is at fault");
}

TEST(ClockClient, EndsAtItsDeadline) {
  ServingAgent agent;
  run_clock(agent, 0);
  const auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  const auto start = Deadline::Clock::now();
  const auto ratio = measure_clock(**session, std::chrono::minutes(10), soon(100));
  EXPECT_FALSE(ratio.ok());
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace hil::session
