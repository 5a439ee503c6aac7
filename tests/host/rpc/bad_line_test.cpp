// SPDX-License-Identifier: Apache-2.0
// The channel on lines that lose, cut, stall and fall silent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "host/link/fault_link.hpp"
#include "host/rpc/channel.hpp"
#include "tests/host/rpc/fake_agent.hpp"
#include "tests/host/rpc/open_channel.hpp"

namespace hil::rpc {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;
using std::chrono::milliseconds;

/// Sends messages of random sizes both ways through a bad line; all must arrive once and in order.
class BadLine : public testing::TestWithParam<int> {};

TEST_P(BadLine, DeliversEverythingOnceAndInOrder) {
  const double share = GetParam() / 100.0;
  FakeAgent agent({{128, 600, 6}, frame::kLinkVersion, 1, ""});
  std::vector<Bytes> arrived;
  agent.on_message = [&](const Message& message) {
    if (message.head.kind == Kind::kRequest) return agent.answer(message, Kind::kReply, Bytes{});
    arrived.push_back(message.body);
    agent.answer(message, Kind::kStream, message.body);
  };
  FaultPlan plan;
  plan.drop = plan.duplicate = plan.swap = share;
  plan.flip = share / 1000;  // of the bits; a full frame has about a thousand
  plan.seed = static_cast<std::uint64_t>(GetParam());
  FaultLink link(agent, plan);
  ChannelOptions options = quick();
  options.clock.silence_limit = milliseconds(2000);
  const auto channel = opened(link, options);
  const auto begun = channel->call(Service::kInfer, 0, {}, soon());
  ASSERT_TRUE(begun.ok()) << begun.error().what;
  channel->hold_call(begun->head.call);
  channel->expect_streams(true);

  std::mt19937 random(7);
  std::vector<Bytes> sent, returned;
  const frame::MessageHead head{0, Service::kInfer, 1, Kind::kStream, begun->head.call};
  constexpr std::size_t kMessages = 600;
  const Deadline deadline = soon(40'000);
  while (returned.size() < kMessages) {
    while (sent.size() < kMessages && channel->can_send(500)) {
      Bytes body(random() % 500);
      for (auto& byte : body)
        byte = static_cast<std::uint8_t>(random() % 3);
      ASSERT_TRUE(channel->send(head, body).ok());
      sent.push_back(body);
    }
    if (sent.size() == kMessages) channel->push();
    const Status status = channel->pump(deadline);
    ASSERT_TRUE(status.ok()) << status.error().what;
    while (const auto message = channel->take())
      returned.push_back(message->body);
    ASSERT_FALSE(deadline.expired()) << returned.size();
  }
  EXPECT_EQ(arrived, sent);
  EXPECT_EQ(returned, sent);
  const auto statistics = channel->statistics();
  EXPECT_GT(statistics.retransmitted_frames, 0u);
  EXPECT_GT(statistics.crc_errors + statistics.malformed_frames, 0u);
  EXPECT_GT(statistics.resend_requests, 0u);
  EXPECT_GT(link.outgoing().dropped + link.incoming().dropped, 0u);
}

INSTANTIATE_TEST_SUITE_P(Percent, BadLine, testing::Values(1, 2, 5, 10));

TEST(BadLineTest, GivesUpWhenTheAgentFallsSilent) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  ASSERT_TRUE(channel->call(Service::kHello, 0, {}, soon()).ok());
  agent.mute = true;
  const auto reply = channel->call(Service::kHello, 0, {}, soon(10'000));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().blame, Blame::kLink);
  EXPECT_THAT(reply.error().what, HasSubstr("no answer from linux for 0."));
  EXPECT_EQ(reply.error().hint,
            "check that the board has power and the cable is in; a hung agent needs a reset");
  EXPECT_GT(channel->statistics().polls, 2u);
  agent.mute = false;
  EXPECT_EQ(channel->pump(soon()).error().what, reply.error().what) << "failed once is failed";
}

TEST(BadLineTest, WaitsForAnAgentThatAnnouncedItsSilence) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  std::array<std::uint8_t, 8> payload;
  agent.send_frame(frame::Type::kBusy, frame::write(frame::Busy{60'000}, payload));
  ASSERT_TRUE(channel->call(Service::kHello, 0, {}, soon()).ok());
  agent.mute = true;
  const auto reply = channel->call(Service::kHello, 0, {}, soon(400));
  EXPECT_EQ(reply.error().blame, Blame::kDevice) << "only the caller's deadline ended it";
  EXPECT_EQ(reply.error().what, "no reply from linux within 0.4 s, though its link is alive");
  agent.mute = false;
  EXPECT_TRUE(channel->call(Service::kHello, 0, {}, soon()).ok()) << "late reply dropped";
}

TEST(BadLineTest, StaysQuietAndHealthyWhenNothingIsDue) {
  FakeAgent agent;
  echo(agent);
  const auto channel = opened(agent);
  ASSERT_TRUE(channel->call(Service::kHello, 0, {}, soon()).ok());
  const auto before = channel->statistics();
  agent.mute = true;
  EXPECT_TRUE(channel->pump(soon(300)).ok());
  EXPECT_EQ(channel->statistics().polls, before.polls);
  EXPECT_EQ(channel->statistics().frames_sent, before.frames_sent);
}

TEST(BadLineTest, RecoversFromACutLine) {
  FakeAgent agent;
  echo(agent);
  FaultPlan plan;
  plan.cuts = {{milliseconds(60), milliseconds(90)}};
  FaultLink link(agent, plan);
  link.start_clock();
  ChannelOptions options = quick();
  options.clock.silence_limit = milliseconds(2000);
  const auto channel = opened(link, options);
  const Deadline end = soon(300);
  while (!end.expired()) {
    ASSERT_TRUE(channel->call(Service::kHello, 0, Bytes(300), soon()).ok());
  }
  EXPECT_GT(link.outgoing().bytes_cut, 0u);
  EXPECT_GE(channel->statistics().longest_silence, milliseconds(50));
}

TEST(BadLineTest, RecoversFromAStalledLine) {
  FakeAgent agent;
  echo(agent);
  FaultPlan plan;
  plan.stalls = {{milliseconds(30), milliseconds(80)}};
  FaultLink link(agent, plan);
  link.start_clock();
  ChannelOptions options = quick();
  options.clock.silence_limit = milliseconds(2000);
  const auto channel = opened(link, options);
  const Deadline end = soon(250);
  while (!end.expired())
    ASSERT_TRUE(channel->call(Service::kHello, 0, Bytes(300), soon()).ok());
  EXPECT_EQ(link.outgoing().bytes_cut, 0u);
}

}  // namespace
}  // namespace hil::rpc
