// SPDX-License-Identifier: Apache-2.0
// StreamQueue, and how a channel gives it the datagrams of one stream.
#include "host/rpc/stream_queue.hpp"

#include <gtest/gtest.h>

#include <string>

#include "protocol/messages/stream.pb.h"
#include "tests/host/rpc/open_channel.hpp"

namespace hil::rpc {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes body_of(std::uint64_t first, std::size_t bytes, std::uint64_t dropped = 0) {
  hilbench::v1::StreamData data;
  data.set_first_index(first);
  data.set_device_ticks(first * 10);
  data.set_dropped(dropped);
  data.set_data(std::string(bytes, 's'));
  const std::string text = data.SerializeAsString();
  return {text.begin(), text.end()};
}

TEST(StreamQueue, GivesBlocksInOrder) {
  StreamQueue queue;
  queue.open(3);
  EXPECT_EQ(queue.call(), 3);
  EXPECT_FALSE(queue.pop());
  EXPECT_TRUE(queue.push(body_of(0, 8)));
  EXPECT_TRUE(queue.push(body_of(1ull << 40, 4, 7)));
  EXPECT_EQ(queue.pop()->samples.size(), 8u);
  const auto second = queue.pop();
  EXPECT_EQ(second->first_index, 1ull << 40);
  EXPECT_EQ(second->device_ticks, 10ull << 40);
  EXPECT_EQ(second->dropped, 7u);
  EXPECT_EQ(second->overrun_bytes, 0u);
  EXPECT_EQ(queue.pushed(), 2u);
}

TEST(StreamQueue, LeavesOutWhatComesTwiceOrLate) {
  StreamQueue queue;
  queue.open(3);
  for (const std::uint64_t first : {0u, 0u, 8u, 4u, 8u, 12u})
    EXPECT_TRUE(queue.push(body_of(first, 4)));
  EXPECT_EQ(queue.stale(), 3u);
  EXPECT_EQ(queue.pushed(), 3u);
  EXPECT_EQ(queue.pop()->first_index, 0u);
  EXPECT_EQ(queue.pop()->first_index, 8u);
  EXPECT_EQ(queue.pop()->first_index, 12u);
}

TEST(StreamQueue, WhatFindsNoRoomIsCountedBesideTheNextBlock) {
  StreamQueue queue;
  queue.open(3);
  constexpr std::size_t kPart = 1u << 20;
  for (std::uint64_t i = 0; i < 10; ++i)
    EXPECT_TRUE(queue.push(body_of(i * kPart, kPart)));
  EXPECT_EQ(queue.overruns(), 2u);
  EXPECT_EQ(queue.overrun_bytes(), 2 * kPart);
  EXPECT_EQ(queue.pop()->overrun_bytes, 0u);
  EXPECT_TRUE(queue.push(body_of(10 * kPart, 4)));
  EXPECT_EQ(queue.overrun_bytes(), 0u) << "the next block tells of them";
  for (int i = 1; i < 8; ++i)
    EXPECT_EQ(queue.pop()->overrun_bytes, 0u);
  EXPECT_EQ(queue.pop()->overrun_bytes, 2 * kPart);
  EXPECT_EQ(queue.overruns(), 2u);
  for (std::uint64_t i = 0; i <= StreamQueue::kMostBlocks; ++i)
    EXPECT_TRUE(queue.push(body_of(20 * kPart + i, 0)));
  EXPECT_EQ(queue.overruns(), 3u) << "empty blocks take room, too";
}

TEST(StreamQueue, RefusesWhatIsNoBlock) {
  StreamQueue queue;
  queue.open(3);
  EXPECT_FALSE(queue.push(Bytes{0xFF}));
  EXPECT_TRUE(queue.push(Bytes{})) << "a message without fields";
  queue.open(0);
  EXPECT_FALSE(queue.pop());
}

class ChannelOfAStream : public testing::Test {
 protected:
  void SetUp() override {
    echo(agent);
    channel = opened(agent);
    ASSERT_NE(channel, nullptr);
    channel->stream().open(5);
  }
  void send(std::uint64_t first, std::uint8_t call = 5) {
    agent.send_datagram({0, Service::kStream, method::kStreamData, Kind::kStream, call},
                        body_of(first, 4));
  }
  void skip(int datagrams) {
    for (int i = 0; i < datagrams; ++i)
      agent.skip_datagram();
  }
  /// First indices of what has come.
  std::vector<std::uint64_t> taken() {
    EXPECT_TRUE(channel->call(Service::kTimeSync, 0, Bytes{1}, soon()).ok());
    std::vector<std::uint64_t> firsts;
    while (auto block = channel->stream().pop())
      firsts.push_back(block->first_index);
    return firsts;
  }
  FakeAgent agent;
  std::unique_ptr<Channel> channel;
};

using Indices = std::vector<std::uint64_t>;

TEST_F(ChannelOfAStream, TakesItsDatagramsAndNoOthers) {
  send(0);
  send(100, 4);
  send(200, 0);
  send(4);
  EXPECT_EQ(taken(), Indices({0, 4}));
  channel->stream().open(0);
  send(8);
  EXPECT_EQ(taken(), Indices());
}

TEST_F(ChannelOfAStream, LongLossesLoseNothingBehindThem) {
  std::uint64_t first = 0, lost = 0;
  Indices sent;
  // 8-bit numbers: from 128 on the next datagram looks late, at 256 it looks like the very next.
  for (const int missing : {1, 127, 128, 200, 255, 256, 257, 1000}) {
    skip(missing);
    first += 4 * static_cast<unsigned>(missing);
    for (int i = 0; i < 3; ++i, first += 4) {
      send(first);
      sent.push_back(first);
    }
    if (missing != 255) lost += static_cast<unsigned>(missing) % 256;
  }
  EXPECT_EQ(taken(), sent);
  EXPECT_EQ(channel->statistics().datagrams_lost, lost)
      << "modulo 256; 255 look like a datagram that came twice";
}

TEST_F(ChannelOfAStream, LogLinesSurviveALongLossToo) {
  send(0);
  skip(200);
  for (int i = 0; i < 3; ++i)
    agent.send_datagram({0, Service::kLog, method::kLogLine, Kind::kStream, 0}, Bytes{});
  EXPECT_EQ(taken(), Indices({0}));
  EXPECT_EQ(channel->take_log().size(), 2u) << "the first of them looks late";
}

TEST_F(ChannelOfAStream, SamplesThatComeAheadOfTheReplyAreTaken) {
  channel->stream().open(0);
  agent.on_message = [this](const Message& message) {
    send(0, message.head.call);
    agent.answer(message, Kind::kReply, message.body);
  };
  const auto reply = channel->call(Service::kStream, method::kStreamBegin, Bytes{}, soon());
  ASSERT_TRUE(reply.ok()) << reply.error().what;
  EXPECT_EQ(channel->stream().call(), reply->head.call);
  EXPECT_EQ(channel->stream().pop()->first_index, 0u);
}

TEST_F(ChannelOfAStream, SamplesThatCantBeReadEndTheSession) {
  agent.send_datagram({0, Service::kStream, method::kStreamData, Kind::kStream, 5}, Bytes{0xFF});
  const auto reply = channel->call(Service::kTimeSync, 0, Bytes{1}, soon());
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().blame, Blame::kDevice);
}

}  // namespace
}  // namespace hil::rpc
