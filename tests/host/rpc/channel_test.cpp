// SPDX-License-Identifier: Apache-2.0
// The channel against an agent inside the test: opening, calls, log lines, resets.
#include "host/rpc/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "host/rpc/error_reply.hpp"
#include "host/rpc/typed_call.hpp"
#include "protocol/messages/error.pb.h"
#include "protocol/messages/log.pb.h"
#include "protocol/status.hpp"
#include "tests/host/rpc/fake_agent.hpp"
#include "tests/host/rpc/open_channel.hpp"

namespace hil::rpc {
namespace {

using testing::HasSubstr;
namespace v1 = hilbench::v1;

using Bytes = std::vector<std::uint8_t>;

TEST(Channel, TellsHowTheAgentStarted) {
  FakeAgent agent({{256, 1024, 8}, frame::kLinkVersion, 42, "op 3\ncrashed\x80"});
  const auto channel = opened(agent);
  EXPECT_EQ(channel->start().boot_count, 42u);
  EXPECT_STREQ(text_of(channel->start().reset_cause), "power-on");
  EXPECT_EQ(channel->start().limits.window, 8);
  EXPECT_EQ(channel->start().crash_note, "op 3?crashed?");
  EXPECT_EQ(channel->most_body_bytes(), 1020u);
}

TEST(Channel, AnswersACall) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  const Bytes body{1, 0, 2};
  const auto reply = channel->call(Service::kHello, 0, body, soon());
  ASSERT_TRUE(reply.ok()) << reply.error().what;
  EXPECT_EQ(reply->body, body);
  const auto statistics = channel->statistics();
  EXPECT_GT(statistics.bytes_sent, 0u);
  EXPECT_GT(statistics.frames_received, 0u);
  EXPECT_EQ(statistics.retransmitted_frames, 0u);
}

TEST(Channel, MovesMessagesLargerThanTheWindowOfTheSmallestAgent) {
  FakeAgent agent({frame::kLeastLimits, frame::kLinkVersion, 1, ""});
  echo(agent);
  const auto channel = opened(agent);
  const Bytes body(channel->most_body_bytes(), 7);
  const auto reply = channel->call(Service::kHello, 0, body, soon());
  ASSERT_TRUE(reply.ok()) << reply.error().what;
  EXPECT_EQ(reply->body, body);
}

TEST(Channel, MovesTheLongestMessageInTheSmallestPlacedFrames) {
  // Two bytes of each frame are its place: the message takes more of them than its size says.
  FakeAgent agent({{32, 8192, 8}, frame::kLinkVersion, 1, "", true});
  echo(agent);
  const auto channel = opened(agent);
  ASSERT_EQ(channel->start().abilities, frame::kTakesPlaced);
  EXPECT_TRUE(channel->can_send(channel->most_body_bytes()));
  const Bytes body(channel->most_body_bytes(), 7);
  const auto reply = channel->call(Service::kHello, 0, body, soon());
  ASSERT_TRUE(reply.ok()) << reply.error().what;
  EXPECT_EQ(reply->body, body);
}

TEST(Channel, KeepsStreamsThatComeBeforeTheReply) {
  FakeAgent agent;
  agent.on_message = [&](const Message& message) {
    agent.answer(message, Kind::kStream, Bytes{1});
    agent.answer(message, Kind::kStream, Bytes{2, 3});
    agent.answer(message, Kind::kReply, Bytes{});
  };
  const auto channel = opened(agent);
  ASSERT_TRUE(channel->call(Service::kInfer, 0, {}, soon()).ok());
  EXPECT_EQ(channel->take()->body, Bytes{1});
  EXPECT_EQ(channel->take()->body, (Bytes{2, 3}));
  EXPECT_FALSE(channel->take());
}

TEST(Channel, TurnsAnErrorReplyIntoADeviceError) {
  FakeAgent agent;
  agent.on_message = [&](const Message& message) {
    v1::ErrorReply reply;
    reply.set_status(static_cast<std::uint32_t>(StatusCode::kTooLarge));
    reply.set_text("arena");
    reply.set_detail_a(70000);
    reply.set_detail_b(65536);
    agent.reply(message, reply, Kind::kError);
  };
  const auto channel = opened(agent);
  const auto reply = channel->call(Service::kModel, 0, {}, soon());
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().blame, Blame::kDevice);
  EXPECT_EQ(reply.error().what, "the agent says: too large (arena) [70000, 65536]");
  EXPECT_EQ(reply.error().hint, "take a smaller model or a board with more memory");
  agent.on_message = nullptr;
  echo(agent);
  EXPECT_TRUE(channel->call(Service::kModel, 0, {}, soon()).ok()) << "the channel must go on";
}

TEST(Channel, KeepsLogLinesAndCountsLostOnes) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  v1::LogLine line;
  line.set_level(v1::LOG_LEVEL_WARNING);
  line.set_text("low supply\x1b[31m");
  line.set_device_ticks(1'234);
  line.set_number(9);
  const auto bytes = bytes_of(line);
  agent.send_datagram({0, Service::kLog, 0, Kind::kStream, 0}, bytes);
  agent.skip_datagram();
  agent.skip_datagram();
  agent.send_datagram({0, Service::kLog, 0, Kind::kStream, 0}, bytes);
  ASSERT_TRUE(channel->call(Service::kHello, 0, {}, soon()).ok());
  const auto lines = channel->take_log();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].level, LogLevel::kWarning);
  EXPECT_EQ(lines[0].text, "low supply?[31m");
  EXPECT_EQ(lines[0].device_ticks, 1'234u);
  EXPECT_EQ(lines[0].number, 9u);
  EXPECT_EQ(channel->statistics().datagrams_lost, 2u);
  EXPECT_TRUE(channel->take_log().empty());
}

TEST(Channel, RefusesToSendWhatDoesNotFit) {
  FakeAgent agent;
  const auto channel = opened(agent);
  EXPECT_FALSE(channel->can_send(1021));
  const Error sent = channel->send({}, Bytes(1021)).error();
  EXPECT_EQ(sent.blame, Blame::kBug);
  EXPECT_EQ(sent.what, "a message of 1021 bytes was sent where it does not fit");
  const Error called = channel->call(Service::kHello, 0, Bytes(1021), soon()).error();
  EXPECT_EQ(called.blame, Blame::kBug);
  EXPECT_EQ(called.what, "a request of 1021 bytes is longer than the agent takes (1020)");
}

TEST(Channel, GivesUpOnAnAgentThatLeavesEveryCallUnanswered) {
  FakeAgent agent;
  const auto channel = opened(agent);
  for (int i = 0; i < frame::kMostCallId; ++i) {
    const Error late = channel->call(Service::kHello, 0, {}, soon(0)).error();
    ASSERT_EQ(late.what, "no reply from linux within 0.0 s, though its link is alive") << i;
  }
  const Error error = channel->call(Service::kHello, 0, {}, soon()).error();
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_EQ(error.what, "the agent has left too many calls without a reply");
  EXPECT_EQ(error.hint, "reset the board");
}

TEST(Channel, EveryStatusOfTheAgentHasAHint) {
  for (const StatusCode status :
       {StatusCode::kUnsupported, StatusCode::kMalformed, StatusCode::kTooLarge,
        StatusCode::kNoModel, StatusCode::kBudget, StatusCode::kBadDigest, StatusCode::kBadState,
        StatusCode::kBadArgument, StatusCode::kInternal}) {
    v1::ErrorReply reply;
    reply.set_status(static_cast<std::uint32_t>(status));
    const Error error = error_of_reply(bytes_of(reply));
    EXPECT_EQ(error.what, std::string("the agent says: ") + hil::text_of(status));
    EXPECT_FALSE(error.hint.empty()) << error.what;
  }
  v1::ErrorReply newer;
  newer.set_status(200);
  EXPECT_EQ(error_of_reply(bytes_of(newer)).what, "the agent says: unknown status");
  newer.set_status(256 + 3);
  EXPECT_EQ(error_of_reply(bytes_of(newer)).what, "the agent says: unknown status");
  EXPECT_EQ(error_of_reply(bytes_of(newer)).hint,
            "run it again; if it happens again, flash the agent again and report it");
}

TEST(Channel, PassesOnThatTheLinkHungUp) {
  FakeAgent agent;
  const auto channel = opened(agent);
  agent.hang_up = true;
  const auto error = channel->call(Service::kHello, 0, {}, soon()).error();
  EXPECT_EQ(error.blame, Blame::kLink);
  EXPECT_THAT(error.what, HasSubstr("hung up"));
}

TEST(Channel, NamesAResetOfTheAgent) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  std::array<std::uint8_t, 8> payload;
  agent.send_frame(frame::Type::kReset,
                   frame::write(frame::Reset{8, frame::ResetCause::kBrownOut}, payload));
  const auto error = channel->call(Service::kHello, 0, {}, soon()).error();
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_EQ(error.what, "the agent on linux reset (cause brown-out, boot 8)");
  EXPECT_EQ(error.hint, "look at the crash note of the next session, and at the board's supply");
}

TEST(Channel, FindsAResetThatKeptTheBootCount) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  agent.forget_session();
  const auto error = channel->call(Service::kHello, 0, {}, soon()).error();
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what, HasSubstr("reset (cause watchdog, boot 7)"));
}

TEST(Channel, ForgetsAResetNoticeOlderThanTheSession) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  std::array<std::uint8_t, 8> payload;
  agent.send_frame(frame::Type::kReset,
                   frame::write(frame::Reset{7, frame::ResetCause::kPowerOn}, payload));
  EXPECT_TRUE(channel->call(Service::kHello, 0, {}, soon()).ok());
  EXPECT_TRUE(channel->call(Service::kHello, 0, {}, soon()).ok());
}

TEST(Channel, SaysThatTheSessionWasTakenOver) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  std::array<std::uint8_t, 8> payload;
  agent.send_frame(frame::Type::kClose,
                   frame::write(frame::Close{frame::CloseReason::kReplaced, 1}, payload));
  const auto error = channel->call(Service::kHello, 0, {}, soon()).error();
  EXPECT_EQ(error.blame, Blame::kLab);
  EXPECT_EQ(error.what, "another host took linux over");
  EXPECT_EQ(error.hint, "find out who else uses this board, or lease it");
}

TEST(Channel, SaysThatTheAgentClosedTheSession) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  std::array<std::uint8_t, 8> payload;
  agent.send_frame(frame::Type::kClose,
                   frame::write(frame::Close{frame::CloseReason::kDone, 1}, payload));
  const auto error = channel->call(Service::kHello, 0, {}, soon()).error();
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_EQ(error.what, "the agent on linux closed the session");
  EXPECT_EQ(error.hint, "reset the board");
}

TEST(Channel, SaysGoodbye) {
  FakeAgent agent;
  opened(agent).reset();
  EXPECT_FALSE(agent.has_session());
}

TEST(Channel, OpenRefusesAnotherLinkVersion) {
  FakeAgent agent({{256, 1024, 8}, 3, 1, ""});
  const auto channel = Channel::open(agent, quick(), soon());
  ASSERT_FALSE(channel.ok());
  EXPECT_EQ(channel.error().blame, Blame::kDevice);
  EXPECT_EQ(channel.error().what, "the agent on linux speaks link version 3, this host speaks 1");
  EXPECT_EQ(channel.error().hint,
            "use the hilbench that the agent belongs to, or put this one's agent on the board");
  FakeAgent old({{256, 1024, 8}, 0, 1, ""});
  const auto older = Channel::open(old, quick(), soon());
  ASSERT_FALSE(older.ok());
  EXPECT_EQ(older.error().what, "the agent on linux speaks link version 0, this host speaks 1");
  EXPECT_EQ(older.error().hint, "put the agent that belongs to this hilbench on the board");
}

TEST(Channel, OpenSaysThatTheAgentCouldNotReadIt) {
  FakeAgent agent;
  std::array<std::uint8_t, 8> payload;
  agent.send_frame(
      frame::Type::kClose,
      frame::write(frame::Close{frame::CloseReason::kMalformed, frame::kLinkVersion}, payload));
  const auto channel = Channel::open(agent, quick(), soon());
  ASSERT_FALSE(channel.ok());
  EXPECT_EQ(channel.error().blame, Blame::kDevice);
  EXPECT_EQ(channel.error().what, "the agent on linux found the opening malformed");
  EXPECT_EQ(channel.error().hint, "put the agent that belongs to this hilbench on the board");
}

TEST(Channel, OpenSaysThatTheLineTakesNothing) {
  class Blocked : public FakeAgent {
    Result<std::size_t> write(std::span<const std::uint8_t>) override { return std::size_t{0}; }
  };
  Blocked line;
  const auto channel = Channel::open(line, quick(), soon(120));
  ASSERT_FALSE(channel.ok());
  EXPECT_EQ(channel.error().blame, Blame::kLink);
  EXPECT_EQ(channel.error().what, "the line to linux on fake agent took no bytes for 0.1 s");
  EXPECT_EQ(channel.error().hint,
            "unplug the board and plug it in again; see that no other program holds its port");
}

TEST(Channel, OpenSaysThatOnlyAnotherSessionAnswers) {
  class Elsewhere : public FakeAgent {
    Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
      std::array<std::uint8_t, 8> payload;
      send_frame(frame::Type::kBusy, frame::write(frame::Busy{10}, payload));
      return bytes.size();
    }
  };
  Elsewhere agent;
  const auto channel = Channel::open(agent, quick(), soon(60));
  ASSERT_FALSE(channel.ok());
  EXPECT_THAT(channel.error().what, HasSubstr("only frames of another session came back"));
  EXPECT_EQ(channel.error().hint, "reset the board");
}

TEST(Channel, OpenRepeatsUntilTheDeadline) {
  FakeAgent agent;
  agent.mute = true;
  const auto channel = Channel::open(agent, quick(), soon(110));
  ASSERT_FALSE(channel.ok());
  EXPECT_EQ(channel.error().blame, Blame::kLink);
  EXPECT_THAT(channel.error().what, HasSubstr("no answer from linux on fake agent"));
  EXPECT_THAT(channel.error().what, HasSubstr("nothing came back"));
  EXPECT_EQ(channel.error().hint,
            "check that the board has power, runs the agent, and is on this line");
  EXPECT_GE(agent.opens, 3u);
}

TEST(Channel, OpenSaysThatOnlyNoiseCame) {
  class Noise : public FakeAgent {
    Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline) override {
      std::fill(buffer.begin(), buffer.end(), std::uint8_t{0x55});
      buffer.back() = 0;
      return buffer.size();
    }
  };
  Noise noise;
  const auto channel = Channel::open(noise, quick(), soon(60));
  ASSERT_FALSE(channel.ok());
  EXPECT_THAT(channel.error().what, HasSubstr("none of them a valid frame"));
  EXPECT_EQ(channel.error().hint,
            "check the baud rate, and that the board runs the hilbench agent");
}

}  // namespace
}  // namespace hil::rpc
