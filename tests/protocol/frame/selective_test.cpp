// SPDX-License-Identifier: Apache-2.0
// The host's sender and the agent's memory for frames that come before their turn.
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "tests/protocol/frame/end.hpp"

namespace hil::frame {
namespace {

using test::Bytes;
using test::End;
using test::HostEnd;

class Selective : public testing::Test {
 protected:
  Selective() { test::open_both(host, agent); }

  std::vector<Bytes> frames_of(std::size_t bytes) {
    host.endpoint.write(numbers(bytes));
    std::vector<Bytes> frames;
    while (auto wire = host.next())
      frames.push_back(std::move(*wire));
    return frames;
  }
  /// Moves every frame both ways until both are silent.
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      while (auto wire = host.next()) {
        agent.take(*wire);
        moved = true;
      }
      while (auto wire = agent.next()) {
        host.take(*wire);
        moved = true;
      }
    }
  }
  static Bytes numbers(std::size_t count) {
    Bytes bytes(count);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
  }
  [[nodiscard]] std::uint64_t sent_again() const {
    return host.endpoint.counters().data_sent_again;
  }

  static constexpr std::size_t kPayload = 30;  // 32 less its place
  HostEnd host{Limits{32, 64, 16}};
  End agent{Limits{32, 64, 8}, true};
};

TEST_F(Selective, SendsOnlyTheLostFrameAgain) {
  const auto frames = frames_of(6 * kPayload);
  ASSERT_EQ(frames.size(), 6u);
  for (const std::size_t i : {0u, 2u, 3u, 4u, 5u})
    agent.take(frames[i]);
  EXPECT_EQ(agent.endpoint.bytes().size(), kPayload);
  settle();
  EXPECT_EQ(agent.read(), numbers(6 * kPayload));
  EXPECT_EQ(sent_again(), 1u);
  EXPECT_TRUE(host.endpoint.settled());
}

TEST_F(Selective, SendsSeveralLostFramesAgainEachOnce) {
  const auto frames = frames_of(8 * kPayload);
  for (const std::size_t i : {1u, 4u, 7u})
    agent.take(frames[i]);
  settle();
  EXPECT_EQ(agent.read(), numbers(8 * kPayload));
  EXPECT_EQ(sent_again(), 5u);
}

TEST_F(Selective, AResendThatIsLostIsSeenByWhatLeftAfterIt) {
  const auto frames = frames_of(3 * kPayload);
  agent.take(frames[1]);
  host.take(*agent.next());
  ASSERT_TRUE(host.next()) << "frame 0 again, lost again";
  agent.take(frames[2]);
  host.take(*agent.next());
  EXPECT_FALSE(host.next()) << "frame 2 left before the resend: it says nothing of it";
  host.endpoint.write(numbers(kPayload));
  agent.take(*host.next());
  host.take(*agent.next());
  agent.take(*host.next());
  EXPECT_EQ(sent_again(), 2u);
  EXPECT_EQ(agent.endpoint.bytes().size(), 4 * kPayload);
}

TEST_F(Selective, APollFindsTheLossOfTheLastFrames) {
  auto frames = frames_of(3 * kPayload);
  agent.take(frames[1]);
  (void)agent.next();  // what it says is lost, too
  host.endpoint.poll();
  settle();
  EXPECT_EQ(agent.read(), numbers(3 * kPayload));
  EXPECT_EQ(sent_again(), 2u) << "frame 1 had come";
}

TEST_F(Selective, WhatLeavesAfterAPollIsNotJudgedByItsAnswer) {
  frames_of(kPayload);  // lost
  host.endpoint.poll();
  agent.take(*host.next());
  const Bytes answer = *agent.next();
  host.endpoint.write(numbers(kPayload));
  const Bytes late = *host.next();
  host.take(answer);
  ASSERT_TRUE(host.next());
  EXPECT_FALSE(host.next());
  EXPECT_EQ(sent_again(), 1u);
}

TEST(InOrder, APeerThatTakesFramesInOrderIsNotBelievedToKeepAny) {
  HostEnd host{Limits{32, 64, 16}};
  End agent{Limits{32, 64, 8}};
  test::open_both(host, agent);
  host.endpoint.write(Bytes(std::size_t{3} * 32, 7));
  while (host.next())  // all three are lost
    continue;
  std::array<std::uint8_t, kMostAckBytes> payload;
  host.take(HostEnd::wire_of(agent.endpoint.header_for(Type::kAck),
                             write(Ack{kAckResend, 0}, std::uint32_t{3}, payload)));
  for (int i = 0; i < 3; ++i) {
    const auto wire = host.next();
    ASSERT_TRUE(wire) << i;
    agent.take(*wire);
  }
  EXPECT_EQ(agent.read(), Bytes(std::size_t{3} * 32, 7));
}

TEST_F(Selective, TakesDuplicatesOfKeptFramesOnce) {
  const auto frames = frames_of(3 * kPayload);
  agent.take(frames[2]);
  agent.take(frames[2]);
  agent.take(frames[0]);
  agent.take(frames[1]);
  agent.take(frames[2]);
  EXPECT_EQ(agent.read(), numbers(3 * kPayload));
  EXPECT_EQ(agent.endpoint.counters().data_received, 2u) << "frame 2 came with frame 1";
  EXPECT_EQ(agent.endpoint.counters().duplicates, 1u);
}

TEST_F(Selective, FramesMayChangeTheirSizeAtAnyTime) {
  auto& sender = host.endpoint.sender();
  host.endpoint.write(numbers(10));
  sender.shape(5, 16, 16);  // smaller than what the open frame has
  host.endpoint.write(numbers(12));
  sender.shape(1000, 16, 16);
  host.endpoint.write(numbers(40));
  host.endpoint.push();
  std::vector<Bytes> frames;
  while (auto wire = host.next())
    frames.push_back(*wire);
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
    agent.take(*frame);
  Bytes expected = numbers(10);
  for (const std::size_t count : {12u, 40u}) {
    const Bytes more = numbers(count);
    expected.insert(expected.end(), more.begin(), more.end());
  }
  settle();
  EXPECT_EQ(agent.read(), expected);
}

TEST_F(Selective, KeepsNoMoreUnderWayThanItMay) {
  host.endpoint.sender().shape(kPayload, 16, 3);
  EXPECT_EQ(frames_of(6 * kPayload).size(), 3u);
  EXPECT_EQ(host.endpoint.sender().bytes_in_flight(), 3 * kPayload);
}

TEST_F(Selective, AnAgentThatTakesFramesInOrderGetsNoPlacedOnes) {
  End plain{Limits{32, 64, 8}};
  test::open_both(host, plain);
  const auto frames = frames_of(96);
  ASSERT_EQ(frames.size(), 3u) << "no place in them";
  plain.take(frames[1]);
  plain.take(frames[2]);
  while (auto wire = plain.next())
    host.take(*wire);
  while (auto wire = host.next())
    plain.take(*wire);
  EXPECT_EQ(plain.read(), numbers(96));
  EXPECT_EQ(sent_again(), 3u) << "go-back-N";
  EXPECT_EQ(plain.take(End::wire_of({kLinkVersion, Type::kPlaced, 0x78, 3, 0, 0}, numbers(8))),
            Received::kUnknown);
}

TEST_F(Selective, PlacesThatDoNotFitGetNoMemory) {
  const auto placed = [&](std::uint8_t seq, std::uint16_t place, std::size_t bytes) {
    Bytes payload{static_cast<std::uint8_t>(place), static_cast<std::uint8_t>(place >> 8)};
    payload.resize(2 + bytes, 0xEE);
    return End::wire_of({kLinkVersion, Type::kPlaced, 0x78, seq, 0, 0}, payload);
  };
  agent.take(placed(1, 250, 20));    // beyond the memory of 256 bytes
  agent.take(placed(2, 65535, 20));  // before the missing frame
  agent.take(placed(33, 40, 20));    // too far ahead
  EXPECT_EQ(agent.ahead.bits(), 0u);
  agent.take(placed(1, 7, 20));  // kept, but not where frame 0 will end
  agent.take(placed(0, 0, 10));
  EXPECT_EQ(agent.read(), Bytes(10, 0xEE));
  EXPECT_EQ(agent.ahead.bits(), 0u);
  EXPECT_EQ(agent.take(End::wire_of({kLinkVersion, Type::kPlaced, 0x78, 1, 0, 0}, Bytes(1))),
            Received::kUnknown);
}

TEST(ShortFrames, ShareTheLastSlotWhileOthersWait) {
  End agent{Limits{32, 64, 2}};
  End host{Limits{32, 64, 2}};
  test::open_both(host, agent);
  const auto say = [&](std::size_t bytes) {
    agent.endpoint.write(Bytes(bytes, 1));
    agent.endpoint.push();
  };
  say(3);
  ASSERT_TRUE(agent.next());
  say(3);
  EXPECT_FALSE(agent.next()) << "waits in the last slot";
  say(3);
  const Header ack{kLinkVersion, Type::kAck, 0x78, 0, 1, 2};
  agent.take(End::wire_of(ack, {}));
  ASSERT_TRUE(agent.next()) << "both in one, without another push";
  EXPECT_EQ(agent.endpoint.counters().data_sent, 2u);
}

TEST(ShortFrames, ShareNoLargeFrame) {
  End agent{Limits{2048, 64, 2}};
  End host{Limits{2048, 64, 2}};
  test::open_both(host, agent);
  agent.endpoint.write(Bytes(3, 1));
  agent.endpoint.push();
  ASSERT_TRUE(agent.next());
  for (std::size_t bytes = 64; bytes < Sender::kMostShared; bytes += 64) {
    agent.endpoint.write(Bytes(64, 2));
    agent.endpoint.push();
    EXPECT_FALSE(agent.next()) << bytes;
  }
  agent.endpoint.write(Bytes(64, 2));
  agent.endpoint.push();
  EXPECT_TRUE(agent.next());
  EXPECT_EQ(agent.endpoint.writable(), 0u) << "and the rest has to wait";
}

}  // namespace
}  // namespace hil::frame
