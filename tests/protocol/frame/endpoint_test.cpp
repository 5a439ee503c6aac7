// SPDX-License-Identifier: Apache-2.0
// The reliable link, one situation at a time.
#include "protocol/frame/endpoint.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/protocol/frame/end.hpp"

namespace hil::frame {
namespace {

using test::Bytes;
using test::End;

class EndpointTest : public testing::Test {
 protected:
  EndpointTest() { test::open_both(host, agent); }

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

  static constexpr Limits kSmall{32, 64, 4};
  End host{kSmall};
  End agent{kSmall};
};

TEST_F(EndpointTest, CarriesBytesInOrderAndSettles) {
  host.endpoint.write(numbers(100));
  host.endpoint.push();
  EXPECT_FALSE(host.endpoint.settled());
  settle();
  EXPECT_EQ(agent.read(), numbers(100));
  EXPECT_TRUE(host.endpoint.settled());
  EXPECT_EQ(host.endpoint.counters().data_sent, 4u) << "three full frames and a short one";
}

TEST_F(EndpointTest, SendsAShortFrameOnlyWhenPushed) {
  host.endpoint.write(numbers(5));
  EXPECT_FALSE(host.next());
  host.endpoint.push();
  EXPECT_TRUE(host.next());
}

TEST_F(EndpointTest, StopsAtTheWindowUntilAcknowledged) {
  host.endpoint.write(numbers(128));
  EXPECT_EQ(host.endpoint.writable(), 0u);
  int frames = 0;
  while (host.next())
    ++frames;
  EXPECT_EQ(frames, 4);
  settle();
  EXPECT_FALSE(host.endpoint.settled()) << "those four are lost, and nothing told of it";
  host.endpoint.poll();
  settle();
  EXPECT_TRUE(host.endpoint.settled());
  EXPECT_EQ(agent.read(), numbers(128));
  EXPECT_EQ(host.endpoint.counters().data_sent_again, 4u);
}

TEST_F(EndpointTest, AsksOnceForAGapAndGetsIt) {
  host.endpoint.write(numbers(96));
  const auto lost = host.next();
  agent.take(*host.next());
  agent.take(*host.next());
  EXPECT_EQ(agent.endpoint.counters().resends_asked, 1u);
  settle();
  EXPECT_EQ(agent.read(), numbers(96));
  EXPECT_EQ(host.endpoint.counters().resends_granted, 1u);
}

TEST_F(EndpointTest, AsksAgainWhenTheResendLosesItsFirstFrame) {
  host.endpoint.write(numbers(96));
  (void)host.next();
  agent.take(*host.next());
  host.take(*agent.next());
  (void)host.next();  // the frame sent again is lost again
  agent.take(*host.next());
  EXPECT_EQ(agent.endpoint.counters().resends_asked, 2u);
  settle();
  EXPECT_EQ(agent.read(), numbers(96));
}

/// Half the numbers lie behind the expected one: with the largest window, a frame 127 behind is one
/// whose acknowledgement was lost, and a frame 126 ahead one behind a gap.
TEST(Endpoint, TellsADuplicateFromAGapWithTheLargestWindow) {
  End host{Limits{32, 64, kMostWindow}};
  End agent{Limits{32, 64, kMostWindow}};
  test::open_both(host, agent);
  host.endpoint.write(Bytes(std::size_t{kMostWindow} * 32));
  std::vector<Bytes> frames;
  while (auto wire = host.next())
    frames.push_back(std::move(*wire));
  ASSERT_EQ(frames.size(), kMostWindow);

  agent.take(frames.back());
  EXPECT_EQ(agent.endpoint.counters().resends_asked, 1u);
  EXPECT_EQ(agent.endpoint.counters().duplicates, 0u);

  for (const Bytes& frame : frames)
    agent.take(frame);
  while (agent.next())  // all that it says is lost
    continue;
  for (const Bytes& frame : frames)
    agent.take(frame);
  EXPECT_EQ(agent.endpoint.counters().resends_asked, 1u);
  EXPECT_EQ(agent.endpoint.counters().duplicates, kMostWindow);
  host.take(*agent.next());
  EXPECT_TRUE(host.endpoint.settled());
}

TEST_F(EndpointTest, DropsADuplicateAndAcknowledgesItAgain) {
  host.endpoint.write(numbers(32));
  const Bytes wire = *host.next();
  agent.take(wire);
  (void)agent.next();  // the acknowledgement is lost
  agent.take(wire);
  EXPECT_EQ(agent.endpoint.counters().duplicates, 1u);
  host.take(*agent.next());
  EXPECT_TRUE(host.endpoint.settled());
  EXPECT_EQ(agent.read(), numbers(32));
}

TEST_F(EndpointTest, RefusesWhatDoesNotFitAndAsksForItWhenThereIsRoom) {
  host.endpoint.write(numbers(128));
  settle();  // the agent's memory is full now, nothing is read
  host.endpoint.write(numbers(32));
  EXPECT_FALSE(host.next()) << "no window left";
  EXPECT_EQ(agent.read(64).size(), 64u);
  settle();
  EXPECT_EQ(agent.endpoint.bytes().size(), 96u) << "window news went out by themselves";
}

TEST_F(EndpointTest, AnOverfullReceiverRecovers) {
  End eager{Limits{32, 64, 8}};  // believes in a larger window than there is
  test::open_both(eager, agent);
  eager.endpoint.open(0x12345678, eager.limits, Limits{32, 64, 8});
  Bytes all = numbers(192);
  eager.endpoint.write(all);
  while (auto wire = eager.next())
    agent.take(*wire);
  Bytes got = agent.read();
  EXPECT_EQ(got.size(), 128u);
  for (int round = 0; round < 10; ++round) {
    while (auto wire = agent.next())
      eager.take(*wire);
    while (auto wire = eager.next())
      agent.take(*wire);
    const Bytes more = agent.read();
    got.insert(got.end(), more.begin(), more.end());
  }
  EXPECT_EQ(got, all);
}

TEST_F(EndpointTest, APollBringsBackALostReply) {
  agent.endpoint.write(numbers(10));
  agent.endpoint.push();
  (void)agent.next();  // lost; the agent owns no clock and stays silent
  EXPECT_FALSE(agent.next());
  host.endpoint.poll();
  settle();
  EXPECT_EQ(host.read(), numbers(10));
  EXPECT_EQ(agent.endpoint.counters().data_sent_again, 1u);
}

TEST_F(EndpointTest, AnAnswerResendsOnlyWhatWasSentBeforeItsPoll) {
  host.endpoint.poll();
  agent.take(*host.next());
  const Bytes answer = *agent.next();
  host.endpoint.write(numbers(32));
  agent.take(*host.next());
  host.take(answer);
  EXPECT_FALSE(host.next()) << "that frame was sent after the poll; it may well have arrived";
}

TEST_F(EndpointTest, AnAnswerRepairsEvenWhenAnotherPollIsUnderWay) {
  host.endpoint.write(numbers(32));
  (void)host.next();  // lost
  host.endpoint.poll();
  agent.take(*host.next());
  const Bytes answer = *agent.next();
  host.endpoint.poll();
  (void)host.next();
  host.take(answer);
  agent.take(*host.next());
  EXPECT_EQ(agent.read(), numbers(32));
}

TEST_F(EndpointTest, IgnoresImpossibleAcknowledgements) {
  host.endpoint.write(numbers(32));
  (void)host.next();
  for (unsigned ack = 2; ack < 256; ++ack) {
    const Header header{kLinkVersion, Type::kAck, 0x78, 0, static_cast<std::uint8_t>(ack), 4};
    Bytes forged(max_wire_size(0));
    forged.resize(encode(header, {}, forged));
    host.take(forged);
  }
  EXPECT_FALSE(host.endpoint.settled());
}

TEST_F(EndpointTest, TellsForeignAndUnknownFramesApart) {
  const auto frame = [](std::uint8_t version, Type type, std::uint8_t session) {
    Bytes wire(max_wire_size(1));
    const std::uint8_t payload[1] = {0};
    wire.resize(encode({version, type, session, 0, 0, 0}, payload, wire));
    return wire;
  };
  EXPECT_EQ(host.take(frame(1, Type::kData, 0x79)), Received::kForeign);
  EXPECT_EQ(host.take(frame(2, Type::kData, 0x78)), Received::kBadVersion);
  EXPECT_EQ(host.take(frame(2, Type::kOpen, 0x78)), Received::kOpen);
  EXPECT_EQ(host.take(frame(2, Type::kClose, 0x78)), Received::kClose);
  EXPECT_EQ(host.take(frame(1, static_cast<Type>(12), 0x78)), Received::kUnknown);
  EXPECT_EQ(host.take(frame(1, Type::kBusy, 0x78)), Received::kBusy);
  host.endpoint.close();
  EXPECT_EQ(host.take(frame(1, Type::kData, 0x78)), Received::kNoSession);
  EXPECT_EQ(host.take(frame(1, Type::kReset, 0)), Received::kReset);
}

TEST_F(EndpointTest, DatagramsHaveNumbersOfTheirOwn) {
  EXPECT_EQ(agent.endpoint.header_for_datagram().seq, 0);
  EXPECT_EQ(agent.endpoint.header_for_datagram().seq, 1);
  EXPECT_EQ(agent.endpoint.header_for(Type::kBusy).seq, 0) << "no data has been sent";
}

TEST_F(EndpointTest, RunsPastTheEndOfItsNumbers) {
  Bytes sent;
  Bytes got;
  for (int round = 0; round < 700; ++round) {
    const Bytes part(20, static_cast<std::uint8_t>(round));
    sent.insert(sent.end(), part.begin(), part.end());
    host.endpoint.write(part);
    host.endpoint.push();
    settle();
    const Bytes more = agent.read();
    got.insert(got.end(), more.begin(), more.end());
  }
  EXPECT_EQ(got, sent);
  EXPECT_EQ(host.endpoint.counters().data_sent_again, 0u);
}

}  // namespace
}  // namespace hil::frame
