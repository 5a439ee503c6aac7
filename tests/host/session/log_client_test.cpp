// SPDX-License-Identifier: Apache-2.0
// LogClient: every line once and in order, whatever is lost on the way, and whatever the agent
// says.
#include "host/session/log_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

using From = LogClient::From;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts_of(const LogLines& given) {
  std::vector<std::string> texts;
  for (const rpc::LogLine& line : given.lines)
    texts.push_back(line.text);
  return texts;
}

class LogClientTest : public testing::Test {
 protected:
  /// Opens a session that begins behind the lines said so far.
  Session& open() {
    agent.hello.set_first_log_line(static_cast<std::uint32_t>(agent.log.size() + 1));
    auto opened = Session::open(agent, quick(), soon());
    EXPECT_TRUE(opened.ok()) << opened.error().what;
    session = std::move(opened).value();
    return *session;
  }
  /// Lets what the agent has sent come.
  void hear() { EXPECT_TRUE(session->sync_time(soon()).ok()); }

  ServingAgent agent;
  std::unique_ptr<Session> session;
};

TEST_F(LogClientTest, LinesThatCameNeedNoQuestion) {
  LogClient log(open(), From::kSession);
  agent.say("one");
  agent.say("two");
  hear();
  const LogLines given = log.take();
  EXPECT_THAT(texts_of(given), ElementsAre("one", "two"));
  EXPECT_EQ(given.lines[1].device_ticks, 2000u);
  EXPECT_EQ(given.lines[1].number, 2u);
  EXPECT_THAT(texts_of(log.take()), IsEmpty()) << "each is given once";
  EXPECT_EQ(agent.log_reads, 0u);
}

TEST_F(LogClientTest, TheLargestNumberIsNoLines) {
  LogClient log(open(), From::kSession);
  agent.say("one");
  agent.log.back().set_number(UINT32_MAX - 1);
  agent.say("none could come after it");
  hear();
  const LogLines given = log.take_all();
  EXPECT_THAT(texts_of(given), ElementsAre("one"));
  EXPECT_EQ(given.lost, 0u);
}

TEST_F(LogClientTest, AGapIsWaitedForAndAskedFor) {
  LogClient log(open(), From::kSession);
  agent.say("one");
  agent.say("two", true);
  agent.say("three", true);
  agent.say("four");
  agent.say("five", true);
  hear();
  EXPECT_THAT(texts_of(log.take()), ElementsAre("one"));
  const auto given = log.read(soon());
  ASSERT_TRUE(given.ok()) << given.error().what;
  EXPECT_THAT(texts_of(*given), ElementsAre("two", "three", "four", "five"));
  EXPECT_EQ(given->lost, 0u);
  EXPECT_LE(given->lines[0].at, given->lines[2].at) << "known to be no later than the next";
  EXPECT_LE(given->lines[2].at, given->lines[3].at);
  agent.say("six");
  hear();
  EXPECT_THAT(texts_of(log.take()), ElementsAre("six"));
}

TEST_F(LogClientTest, ManyLinesTakeSeveralQuestions) {
  for (int i = 1; i <= 10; ++i)
    agent.log.push_back([&] {
      hilbench::v1::LogLine line;
      line.set_number(static_cast<std::uint32_t>(i));
      line.set_text(std::to_string(i));
      return line;
    }());
  LogClient log(open(), From::kOldest);
  const auto given = log.read(soon());
  ASSERT_TRUE(given.ok()) << given.error().what;
  EXPECT_THAT(texts_of(*given), ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"));
  EXPECT_EQ(agent.log_reads, 4u);
}

TEST_F(LogClientTest, LinesOfEarlierSessionsAreNotThisOnes) {
  agent.say("before", true);
  LogClient log(open(), From::kSession);
  agent.say("in it", true);
  const auto given = log.read(soon());
  ASSERT_TRUE(given.ok()) << given.error().what;
  EXPECT_THAT(texts_of(*given), ElementsAre("in it"));
}

TEST_F(LogClientTest, OverwrittenLinesAreCounted) {
  LogClient log(open(), From::kSession);
  for (const char* text : {"1", "2", "3", "4", "5", "6"})
    agent.say(text, text[0] != '2');
  agent.log.erase(agent.log.begin(), agent.log.begin() + 4);
  hear();
  const auto given = log.read(soon());
  ASSERT_TRUE(given.ok()) << given.error().what;
  EXPECT_THAT(texts_of(*given), ElementsAre("2", "5", "6"));
  EXPECT_EQ(given->lost, 3u) << "1, 3 and 4";
}

TEST_F(LogClientTest, WhatIsThereIsGivenWhenTheAgentIsGone) {
  LogClient log(open(), From::kSession);
  agent.say("one");
  agent.say("two", true);
  agent.say("three");
  hear();
  agent.hang_up = true;
  const auto given = log.read(soon());
  ASSERT_FALSE(given.ok());
  EXPECT_EQ(given.error().blame, Blame::kLink);
  const LogLines rest = log.take_all();
  EXPECT_THAT(texts_of(rest), ElementsAre("one", "three"));
  EXPECT_EQ(rest.lost, 1u);
}

TEST_F(LogClientTest, AnAgentThatKeepsNoLinesIsNotAsked) {
  agent.hello.set_first_log_line(0);
  auto opened = Session::open(agent, quick(), soon());
  ASSERT_TRUE(opened.ok());
  session = std::move(opened).value();
  LogClient log(*session, From::kSession);
  hilbench::v1::LogLine line;
  line.set_text("old");
  const std::string bytes = line.SerializeAsString();
  agent.send_datagram({0, Service::kLog, method::kLogLine, Kind::kStream, 0},
                      {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  hear();
  const auto given = log.read(soon());
  ASSERT_TRUE(given.ok());
  EXPECT_THAT(texts_of(*given), ElementsAre("old"));
  EXPECT_EQ(agent.log_reads, 0u);
}

TEST_F(LogClientTest, NonsenseIsTheDevicesFault) {
  using Reply = hilbench::v1::LogReadReply;
  const std::pair<const char*, std::function<void(Reply&)>> lies[] = {
      {"no oldest line", [](Reply& reply) { reply.set_oldest_line(0); }},
      {"oldest behind next", [](Reply& reply) { reply.set_oldest_line(9); }},
      {"nothing of what there is", [](Reply& reply) { reply.clear_lines(); }},
      {"a wrong number", [](Reply& reply) { reply.mutable_lines(1)->set_number(7); }},
      {"more than there are", [](Reply& reply) { reply.set_next_line(2); }},
      {"lines from nowhere", [](Reply& reply) { reply.set_next_line(1); }},
  };
  for (const auto& [name, lie] : lies) {
    ServingAgent liar;
    liar.hello.set_first_log_line(1);
    auto opened = Session::open(liar, quick(), soon());
    ASSERT_TRUE(opened.ok());
    LogClient log(**opened, From::kSession);
    liar.say("one", true);
    liar.say("two", true);
    liar.change_log = lie;
    const auto given = log.read(soon());
    ASSERT_FALSE(given.ok()) << name;
    EXPECT_EQ(given.error().blame, Blame::kDevice) << name;
    EXPECT_THAT(given.error().what, HasSubstr("log line 1")) << name;
  }
}

}  // namespace
}  // namespace hil::session
