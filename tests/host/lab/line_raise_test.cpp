// SPDX-License-Identifier: Apache-2.0
// The line raised with the real agent: the relay between garbles where the two rates differ, so
// that nothing here can work by chance.
#include "host/lab/line_raise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/session/crash_client.hpp"
#include "host/session/rate_client.hpp"
#include "protocol/frame/control.hpp"
#include "protocol/messages/crash.pb.h"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/lab/rated_line.hpp"

namespace hil::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

RaisePlan plan() {
  RaisePlan plan;
  plan.bauds = {9600, 460'800, 230'400, 921'600, 57'600};
  return plan;
}

class LineRaise : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(line_.open().ok()); }

  /// Both ends understand each other at @p baud.
  void expect_works_at(std::uint32_t baud) {
    const std::vector<std::uint8_t> bytes(500, 0xA5);
    const Status heard = session::echo(line_.session(), bytes, soon());
    EXPECT_TRUE(heard.ok()) << heard.error().what;
    EXPECT_EQ(line_.cable().baud(), baud);
  }
  [[nodiscard]] RaisePlan remembering() const {
    RaisePlan with = plan();
    with.key = "linux@test";
    with.memory = memory_;
    return with;
  }

  ScratchFolder folder_;
  KnownRates memory_{folder_.path() / "rates.json"};
  RatedLine line_;
};

TEST_F(LineRaise, GoesToTheFastestRate) {
  const auto raised = line_.raise(plan());
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 921'600u);
  EXPECT_THAT(raised->text, HasSubstr("line raised from 115200 to 921600 baud"));
  expect_works_at(921'600);
}

TEST_F(LineRaise, GoesBackWhenTheSessionIsClosed) {
  ASSERT_TRUE(line_.raise(plan()).ok());
  line_.close();
  ASSERT_TRUE(line_.open().ok());
  EXPECT_LT(line_.session().channel().statistics().bytes_sent, frame::kMostUnheardBytes)
      << "no noise was needed";
  expect_works_at(115'200);
}

TEST_F(LineRaise, FallsBackOnACableThatIsTooSlow) {
  line_.cable().most_baud = 300'000;
  RaisePlan two = remembering();
  two.bauds = {230'400, 460'800};
  const auto raised = line_.raise(two);
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 230'400u);
  EXPECT_THAT(raised->text, HasSubstr("line raised from 115200 to 230400 baud; 460800 did not "
                                      "work: "));
  expect_works_at(230'400);
  EXPECT_EQ(memory_.find("linux@test"), 230'400u);
}

TEST_F(LineRaise, StaysWhereNoRateWorks) {
  line_.cable().most_baud = 115'200;
  RaisePlan one = remembering();
  one.bauds = {921'600};
  const auto stays = line_.raise(one);
  ASSERT_TRUE(stays.ok()) << stays.error().what;
  EXPECT_EQ(stays->baud, 115'200u);
  EXPECT_THAT(stays->text, HasSubstr("line stays at 115200 baud, 921600 did not work: "));
  expect_works_at(115'200);
  EXPECT_EQ(memory_.find("linux@test"), 115'200u);

  line_.cable().rates_set.clear();
  const auto again = line_.raise(one);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->baud, 115'200u);
  EXPECT_THAT(line_.cable().rates_set, ElementsAre()) << "it was remembered: nothing is tried";
}

TEST_F(LineRaise, GoesToTheRememberedRateAtOnce) {
  ASSERT_TRUE(memory_.remember("linux@test", 460'800).ok());
  const auto raised = line_.raise(remembering());
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 460'800u);
  EXPECT_THAT(raised->text, HasSubstr("found to be best before"));
  EXPECT_THAT(line_.cable().rates_set, Not(testing::Contains(921'600u)));
  expect_works_at(460'800);
}

TEST_F(LineRaise, ForgetsARememberedRateThatFails) {
  ASSERT_TRUE(memory_.remember("linux@test", 460'800).ok());
  line_.cable().most_baud = 300'000;
  const auto raised = line_.raise(remembering());
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 230'400u);
  EXPECT_EQ(memory_.find("linux@test"), 230'400u);
  expect_works_at(230'400);
}

TEST_F(LineRaise, DamagedFramesAreNoProof) {
  // The channel itself gets over it: a frame is sent again, and every echo is right.
  line_.cable().spoils_frames = 1;
  const auto raised = line_.raise(plan());
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(line_.cable().spoils_frames, 0u);
  EXPECT_THAT(line_.cable().rates_set, ElementsAre(921'600u, 115'200u,  // does the adapter do it
                                                   921'600u, 115'200u,  // no proof
                                                   921'600u));
  expect_works_at(raised->baud);
}

TEST_F(LineRaise, DamagedFramesAreForgivenWhereTheyAreMeant) {
  line_.cable().spoils_frames = 2;
  RaisePlan forgiving = remembering();
  forgiving.forgiving = true;
  const auto raised = line_.raise(forgiving);
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 921'600u);
  EXPECT_EQ(line_.cable().rates_set.size(), 3u) << "there, back, and there: one try";
  EXPECT_EQ(memory_.find("linux@test"), std::nullopt) << "says nothing of the line";
}

TEST_F(LineRaise, AsksTheAdapterFirst) {
  line_.cable().not_done = {921'600};
  const auto raised = line_.raise(plan());
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 460'800u);
  EXPECT_THAT(raised->text, HasSubstr("921600 did not work: the adapter does not do that"));
  const auto& set = line_.cable().rates_set;
  ASSERT_GE(set.size(), 3u);  // more on a busy machine, where a rate is tried twice
  EXPECT_THAT(std::vector(set.begin(), set.begin() + 3), ElementsAre(460'800u, 115'200u, 460'800u));
  EXPECT_THAT(set, Not(testing::Contains(921'600u)));
  expect_works_at(460'800);
}

TEST_F(LineRaise, TakesExactlyTheRateAskedFor) {
  RaisePlan asks = plan();
  asks.wanted = 230'400;
  const auto raised = line_.raise(asks);
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 230'400u);
  expect_works_at(230'400);
}

TEST_F(LineRaise, StaysIfTheFirstRateIsAskedFor) {
  RaisePlan asks = remembering();
  asks.wanted = RatedLine::kFirst;
  const auto raised = line_.raise(asks);
  ASSERT_TRUE(raised.ok()) << raised.error().what;
  EXPECT_EQ(raised->baud, 115'200u);
  EXPECT_EQ(raised->text, "line stays at 115200 baud, as asked for");
  EXPECT_EQ(memory_.find("linux@test"), std::nullopt);
}

TEST_F(LineRaise, SaysWhyARateAskedForCannotBeHad) {
  RaisePlan asks = plan();
  asks.wanted = 123'456;
  const auto unknown = line_.raise(asks);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().blame, Blame::kUser);
  EXPECT_EQ(unknown.error().what, "the agent of linux does not do 123456 baud");
  EXPECT_THAT(unknown.error().hint, HasSubstr("115200, 230400, 460800, 921600"));

  line_.cable().not_done = {921'600};
  asks.wanted = 921'600;
  const auto adapter = line_.raise(asks);
  ASSERT_FALSE(adapter.ok());
  EXPECT_EQ(adapter.error().blame, Blame::kConfig);

  line_.cable().not_done.clear();
  line_.cable().most_baud = 300'000;
  const auto cable = line_.raise(asks);
  ASSERT_FALSE(cable.ok());
  EXPECT_EQ(cable.error().blame, Blame::kLink);
  EXPECT_THAT(cable.error().what, HasSubstr("921600 baud"));
  expect_works_at(115'200);
}

TEST_F(LineRaise, AHostThatDiesLeavesTheAgentToTheNextOne) {
  ASSERT_TRUE(line_.raise(plan()).ok());
  const std::uint32_t boots = line_.session().start().boot_count;
  line_.die();
  line_.plug_in();
  const Status opened = line_.open();
  ASSERT_TRUE(opened.ok()) << opened.error().what;
  EXPECT_GT(line_.session().channel().statistics().bytes_sent, frame::kMostUnheardBytes)
      << "else the agent had not been left at another rate";
  EXPECT_EQ(line_.session().start().boot_count, boots) << "the agent went on";
  expect_works_at(115'200);
}

TEST_F(LineRaise, AResetAtTheRaisedRateIsHeardAtTheFirstOne) {
  ASSERT_TRUE(line_.raise(plan()).ok());
  hilbench::v1::ForceRequest request;
  request.set_kind(hilbench::v1::FORCED_END_RESET);
  const std::string body = request.SerializeAsString();
  rpc::Channel& channel = line_.session().channel();
  line_.cable().deaf = true;  // the relay lets the first bytes behind a change pass
  // Not by force_end(), which lowers the rate before.
  const auto reply =
      channel.call(Service::kCrash, method::kForce,
                   {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()}, soon());
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().blame, Blame::kDevice) << reply.error().what;
  ASSERT_TRUE(channel.heard_reset());
  EXPECT_EQ(channel.heard_reset()->cause, frame::ResetCause::kSoftware);
  EXPECT_EQ(line_.cable().baud(), 115'200u);
  ASSERT_TRUE(line_.open().ok());
  expect_works_at(115'200);
}

TEST_F(LineRaise, AForcedEndIsHeardAtOnce) {
  ASSERT_TRUE(line_.raise(plan()).ok());
  const Status ended = session::force_end(line_.session(), session::ForcedEnd::kNote, soon());
  ASSERT_TRUE(ended.ok()) << ended.error().what;
  ASSERT_TRUE(line_.open().ok());
  EXPECT_THAT(line_.session().start().crash_note, HasSubstr("forced"));
}

TEST_F(LineRaise, AnAgentThatHasGoneBackIsFoundThere) {
  ASSERT_TRUE(line_.raise(plan()).ok());
  // Noise for so long that the agent goes back to its first rate: the session goes on there.
  const std::vector<std::uint8_t> noise(3 * frame::kMostUnheardBytes, 0x55);
  std::span<const std::uint8_t> left(noise);
  for (const Deadline deadline = soon(); !left.empty() && !deadline.expired();) {
    const auto count = line_.cable().write(left);
    ASSERT_TRUE(count.ok());
    left = left.subspan(*count);
    ASSERT_TRUE(line_.cable().wait(true, deadline).ok());
  }
  expect_works_at(115'200);
}

}  // namespace
}  // namespace hil::lab
