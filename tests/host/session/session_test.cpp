// SPDX-License-Identifier: Apache-2.0
// Hello and time sync, honest and not.
#include "host/session/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/session/model_client.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

Error refusal(ServingAgent& agent) {
  const auto session = Session::open(agent, quick(), soon());
  EXPECT_FALSE(session.ok());
  return session.ok() ? Error{} : session.error();
}

TEST(Session, KnowsWhoTheAgentIs) {
  ServingAgent agent;
  const auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok()) << session.error().what;
  const AgentInfo& info = (*session)->agent();
  EXPECT_EQ(info.board, "linux");
  EXPECT_EQ(info.engine, "hilbench-plan 1");
  EXPECT_EQ(info.unique_id, (std::vector<std::uint8_t>{1, 2}));
  EXPECT_EQ(info.tick_hz, 1'000'000'000u);
  EXPECT_EQ(info.operators.count(), 4u);
  EXPECT_TRUE(info.operators.test(9));
  EXPECT_EQ((*session)->start().boot_count, 7u);
  EXPECT_EQ((*session)->time_sync().device_send_ticks, 1010u);
  EXPECT_GE((*session)->time_sync().host_receive_ns, (*session)->time_sync().host_send_ns);
}

TEST(Session, RefusesAnotherProtocol) {
  ServingAgent agent;
  agent.hello.set_protocol_major(2);
  agent.hello.set_protocol_minor(5);
  const Error error = refusal(agent);
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_EQ(error.what, "the agent speaks protocol 2.5, this host speaks 1.3");
  EXPECT_EQ(error.hint, "put the agent that belongs to this hilbench on the board");
}

TEST(Session, RefusesAClockWithoutTicks) {
  ServingAgent agent;
  agent.hello.set_tick_hz(0);
  const Error error = refusal(agent);
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_EQ(error.what, "the agent says that its clock has 0 ticks per second");
  EXPECT_EQ(error.hint, "its times would mean nothing: the port of this board is at fault");
}

TEST(Session, KnowsTheTypesOfOperators) {
  ServingAgent agent;
  agent.hello.set_operator_types("\x02\x12");  // of 0 and 3; 4 and 9 are left unsaid
  const auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  const auto& types = (*session)->agent().operator_types;
  EXPECT_EQ(types[0], 0x02);
  EXPECT_EQ(types[3], 0x12);
  EXPECT_EQ(types[4], 0xFF);
  EXPECT_EQ(types[9], 0xFF);
  EXPECT_EQ(types[25], 0);
}

TEST(Session, NamesTheTypeThatIsMissing) {
  ServingAgent agent;
  agent.hello.set_operator_types("\x02\x02");
  const auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  ModelImage image;
  image.format = 1;
  image.plan_major = 1;
  image.operators = {{3, "CONV_2D int8", 0x02}, {3, "CONV_2D float32", 0x10}};
  const Status fits = check_fits((*session)->agent(), image);
  ASSERT_FALSE(fits.ok());
  EXPECT_THAT(fits.error().what, testing::EndsWith("needs: operator 0 (CONV_2D float32)"));
}

TEST(Session, TakesOperatorListsOfAnyLength) {
  ServingAgent agent;
  agent.hello.set_operators(std::string(100, '\xFF'));
  const auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  EXPECT_TRUE((*session)->agent().operators.all());
}

TEST(Session, RefusesStampsThatMakeNoSense) {
  ServingAgent backwards;
  backwards.change_time_sync = [](auto& reply) { reply.set_device_send_ticks(999); };
  const Error error = refusal(backwards);
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_EQ(error.what, "the agent's time stamps make no sense");
  EXPECT_EQ(error.hint, "the clock of this board's port is at fault");
  ServingAgent foreign;
  foreign.change_time_sync = [](auto& reply) { reply.set_host_send_ns(1); };
  EXPECT_EQ(refusal(foreign).what, "the agent's time stamps make no sense");
}

}  // namespace
}  // namespace hil::session
