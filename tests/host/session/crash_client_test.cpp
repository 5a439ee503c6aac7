// SPDX-License-Identifier: Apache-2.0
// force_end() against agents that end as asked, refuse, go on, or never come back.
#include "host/session/crash_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

using testing::HasSubstr;
namespace v1 = hilbench::v1;

TEST(CrashClient, AsksForEachEndAndHearsTheAgentComeBack) {
  for (const auto& [how, kind] : {std::pair{ForcedEnd::kNote, v1::FORCED_END_NOTE},
                                  {ForcedEnd::kFault, v1::FORCED_END_FAULT},
                                  {ForcedEnd::kReset, v1::FORCED_END_RESET}}) {
    ServingAgent agent;
    auto session = Session::open(agent, quick(), soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    const Status ended = force_end(**session, how, soon());
    EXPECT_TRUE(ended.ok()) << ended.error().what;
    EXPECT_EQ(agent.forced, kind);
    ASSERT_TRUE((*session)->channel().heard_reset());
    EXPECT_EQ((*session)->channel().heard_reset()->boot_count, 8u);
    EXPECT_FALSE((*session)->sync_time(soon()).ok()) << "the session has ended";
  }
}

TEST(CrashClient, AResetThatWasNotAskedForIsNotTakenForTheOneThatIs) {
  ServingAgent agent;
  auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  ASSERT_TRUE(force_end(**session, ForcedEnd::kReset, soon()).ok());
  const Status again = force_end(**session, ForcedEnd::kNote, soon());
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().blame, Blame::kDevice);
  EXPECT_THAT(again.error().what, HasSubstr("has reset before"));
  EXPECT_EQ(agent.forced, v1::FORCED_END_RESET);
}

TEST(CrashClient, AgentWithoutTheServiceIsNotAsked) {
  ServingAgent agent;
  agent.hello.set_services(0x211E);
  auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  const Status ended = force_end(**session, ForcedEnd::kNote, soon());
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().blame, Blame::kDevice);
  EXPECT_THAT(ended.error().what, HasSubstr("no crash service"));
  EXPECT_EQ(agent.forced, v1::FORCED_END_NONE);
}

TEST(CrashClient, RefusalIsTold) {
  ServingAgent agent;
  agent.on_force = ServingAgent::OnForce::kRefuse;
  auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  const Status ended = force_end(**session, ForcedEnd::kReset, soon());
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().blame, Blame::kDevice);
  EXPECT_THAT(ended.error().what, HasSubstr("no such end"));
}

TEST(CrashClient, AnAgentThatAnswersAndGoesOnIsNotFit) {
  ServingAgent agent;
  agent.on_force = ServingAgent::OnForce::kReply;
  auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  const Status ended = force_end(**session, ForcedEnd::kReset, soon());
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().blame, Blame::kDevice);
  EXPECT_THAT(ended.error().what, HasSubstr("answered instead of ending"));
}

TEST(CrashClient, AnAgentThatNeverComesBackIsSilence) {
  ServingAgent agent;
  agent.on_force = ServingAgent::OnForce::kDie;
  auto session = Session::open(agent, quick(), soon());
  ASSERT_TRUE(session.ok());
  const Status ended = force_end(**session, ForcedEnd::kFault, soon());
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().blame, Blame::kLink);
}

}  // namespace
}  // namespace hil::session
