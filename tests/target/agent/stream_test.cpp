// SPDX-License-Identifier: Apache-2.0
// The agent's streams: samples as datagrams beside everything else, drops counted, ends exact.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/messages/hello.pb.h"
#include "protocol/messages/stream.pb.h"
#include "protocol/messages/time_sync.pb.h"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

constexpr std::uint32_t kInterrupts = 0, kServed = 1, kLarge = 2;  // fake_port.cpp

class Streams : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(host.open(0xCAFE)); }

  static v1::StreamBeginRequest request_of(std::uint32_t channel, std::uint32_t rate_hz,
                                           std::uint64_t count = 0) {
    v1::StreamBeginRequest request;
    request.set_channel(channel);
    request.set_rate_hz(rate_hz);
    request.set_count(count);
    return request;
  }
  v1::StreamBeginReply begin(std::uint32_t channel, std::uint32_t rate_hz,
                             std::uint64_t count = 0) {
    const Incoming answer =
        host.call(Service::kStream, method::kStreamBegin, request_of(channel, rate_hz, count));
    call = answer.head.call;
    return parse<v1::StreamBeginReply>(answer);
  }
  v1::ErrorReply refused(const v1::StreamBeginRequest& request) {
    return error_of(host.call(Service::kStream, method::kStreamBegin, request));
  }
  v1::StreamEndReply end() {
    return parse<v1::StreamEndReply>(
        host.call(Service::kStream, method::kStreamEnd, v1::StreamEndRequest{}));
  }
  /// Samples of 2 bytes, their index, one tick apart.
  static void push(int samples) {
    for (int i = 0; i < samples && fake_port().ring != nullptr; ++i) {
      const std::uint64_t index = fake_port().ring->produced();
      const std::uint8_t sample[] = {static_cast<std::uint8_t>(index),
                                     static_cast<std::uint8_t>(index >> 8)};
      fake_port().ring->push(sample, 500 + index);
    }
  }
  /// Blocks that have come since the last call, each sample checked.
  std::vector<v1::StreamData> take() {
    std::vector<v1::StreamData> blocks;
    for (const Incoming& datagram : host.datagrams) {
      if (datagram.head.service != Service::kStream) continue;
      EXPECT_EQ(datagram.head.method, method::kStreamData);
      EXPECT_EQ(datagram.head.kind, Kind::kStream);
      EXPECT_EQ(datagram.head.call, call);
      EXPECT_EQ(datagram.head.body_bytes, datagram.body.size());
      blocks.push_back(parse<v1::StreamData>(datagram));
      check(blocks.back());
    }
    host.datagrams.clear();
    return blocks;
  }
  static void check(const v1::StreamData& block) {
    EXPECT_EQ(block.device_ticks(), 500 + block.first_index());
    for (std::size_t i = 0; i + 1 < block.data().size(); i += 2) {
      const unsigned value = static_cast<std::uint8_t>(block.data()[i]) |
                             unsigned{static_cast<std::uint8_t>(block.data()[i + 1])} << 8;
      EXPECT_EQ(value, (block.first_index() + i / 2) & 0xFFFF);
    }
  }
  static std::uint32_t number(StatusCode status) { return static_cast<std::uint32_t>(status); }

  Host host;
  std::uint8_t call = 0;
};

TEST_F(Streams, HelloAndListSayWhatThereIs) {
  v1::HelloRequest hello;
  hello.set_protocol_major(kProtocolMajor);
  const auto reply = parse<v1::HelloReply>(host.call(Service::kHello, method::kHello, hello));
  EXPECT_TRUE((reply.services() >> static_cast<unsigned>(Service::kStream)) & 1u);
  const auto list = parse<v1::StreamListReply>(
      host.call(Service::kStream, method::kStreamList, v1::StreamListRequest{}));
  ASSERT_EQ(list.channels_size(), 3);
  EXPECT_EQ(list.channels(0).name(), "interrupts");
  EXPECT_EQ(list.channels(0).sample_bytes(), 2u);
  EXPECT_EQ(list.channels(0).most_hz(), 10'000u);
  EXPECT_EQ(list.channels(1).name(), "served");
}

TEST_F(Streams, SamplesComeInBlocksOf50Milliseconds) {
  const auto begun = begin(kInterrupts, 200);
  EXPECT_EQ(begun.rate_hz(), 200u);
  EXPECT_EQ(begun.sample_bytes(), 2u);
  EXPECT_EQ(begun.block_samples(), 10u);
  EXPECT_EQ(fake_port().stream_hz, 200u);
  push(25);
  host.run(10);
  const auto blocks = take();
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].first_index(), 0u);
  EXPECT_EQ(blocks[1].first_index(), 10u);
  EXPECT_EQ(blocks[1].data().size(), 20u);
  const auto ended = end();
  EXPECT_EQ(ended.produced(), 25u);
  EXPECT_EQ(ended.dropped(), 0u);
  EXPECT_EQ(ended.datagrams(), 3u);
  EXPECT_EQ(fake_port().ring, nullptr) << "the source has been stopped";
  host.run(10);
  const auto rest = take();
  ASSERT_EQ(rest.size(), 1u) << "the last block, however short";
  EXPECT_EQ(rest[0].first_index(), 20u);
  EXPECT_EQ(rest[0].data().size(), 10u);
  EXPECT_EQ(end().waiting(), 0u) << "may be asked again";
}

TEST_F(Streams, SlowOnesSendEachSampleAndFastOnesFillDatagrams) {
  EXPECT_EQ(begin(kInterrupts, 1).block_samples(), 1u);
  end();
  const auto fast = begin(kServed, 1'000'000);
  EXPECT_EQ(fast.sample_bytes(), 3u);
  EXPECT_GT(fast.block_samples(), 300u);
  EXPECT_LE(fast.block_samples() * 3, 1024u);
  EXPECT_GT(fake_port().serves, 0u);
}

TEST_F(Streams, TheTrueRateIsSaid) {
  fake_port().true_hz = 97;
  EXPECT_EQ(begin(kInterrupts, 100).rate_hz(), 97u);
}

TEST_F(Streams, WhatCannotBeIsRefused) {
  EXPECT_EQ(refused(request_of(3, 1)).status(), number(StatusCode::kBadArgument));
  EXPECT_EQ(refused(request_of(kInterrupts, 0)).status(), number(StatusCode::kBadArgument));
  const auto too_fast = refused(request_of(kInterrupts, 10'001));
  EXPECT_EQ(too_fast.status(), number(StatusCode::kBadArgument));
  EXPECT_EQ(too_fast.detail_a(), 10'001u);
  EXPECT_EQ(too_fast.detail_b(), 10'000u);
  EXPECT_EQ(refused(request_of(kLarge, 1)).status(), number(StatusCode::kTooLarge));
  fake_port().source_fails = true;
  EXPECT_EQ(refused(request_of(kInterrupts, 1)).status(), number(StatusCode::kBadState));
  const auto ended = host.call(Service::kStream, method::kStreamEnd, v1::StreamEndRequest{});
  EXPECT_EQ(error_of(ended).status(), number(StatusCode::kBadState)) << "none has begun";
  fake_port().source_fails = false;
  begin(kInterrupts, 1);
  EXPECT_EQ(refused(request_of(kServed, 1)).status(), number(StatusCode::kBadState));
  host.send(Service::kStream, method::kStreamEnd, Kind::kStream, 9, v1::StreamEndRequest{});
  EXPECT_EQ(error_of(*host.next()).status(), number(StatusCode::kMalformed));
  host.send(Service::kStream, method::kStreamData, Kind::kRequest, 9, v1::StreamEndRequest{});
  EXPECT_EQ(error_of(*host.next()).status(), number(StatusCode::kUnsupported));
}

TEST_F(Streams, AHostWithTinyFramesGetsNoStream) {
  host.send_close();
  host.limits = frame::kLeastLimits;
  ASSERT_TRUE(host.open(2));
  EXPECT_EQ(refused(request_of(kInterrupts, 1)).status(), number(StatusCode::kTooLarge));
}

TEST_F(Streams, ALineThatTakesNothingMakesTheSourceDrop) {
  begin(kInterrupts, 10'000);
  host.run(5);
  fake_port().room = 0;
  std::uint64_t pushed = 0;
  while (fake_port().ring->dropped() < 1234) {
    push(1);
    ++pushed;
    if (pushed % 100 == 0) host.step();
  }
  fake_port().room = ~std::size_t{0};
  host.run(200);
  push(3000);  // finds room again
  pushed += 3000;
  const auto ended = end();
  host.run(200);
  EXPECT_EQ(ended.produced(), pushed);
  EXPECT_EQ(ended.dropped(), 1234u);
  std::uint64_t received = 0, next = 0, gap = 0;
  const auto blocks = take();
  EXPECT_EQ(blocks.size(), ended.datagrams());
  for (const auto& block : blocks) {
    gap += block.first_index() - next;
    EXPECT_EQ(block.dropped(), gap) << "said with the next samples";
    received += block.data().size() / 2;
    next = block.first_index() + block.data().size() / 2;
  }
  EXPECT_EQ(received + ended.dropped(), ended.produced());
  EXPECT_EQ(gap, 1234u);
}

TEST_F(Streams, CallsAreAnsweredBesideASourceThatIsFasterThanTheLine) {
  begin(kInterrupts, 10'000);
  int answers = 0;
  for (int round = 0; round < 20; ++round) {
    push(20'000);  // more than the ring holds
    v1::TimeSyncRequest request;
    request.set_host_send_ns(static_cast<std::uint64_t>(round));
    host.request(Service::kTimeSync, method::kTimeSync, request);
    fake_port().room = 3 * 1100;  // three frames
    host.run(8);
    while (!host.stream.empty()) {
      EXPECT_EQ(parse<v1::TimeSyncReply>(host.stream.front()).host_send_ns(),
                static_cast<std::uint64_t>(answers));
      host.stream.pop_front();
      ++answers;
    }
  }
  EXPECT_EQ(answers, 20) << "every reply had its turn";
  EXPECT_GT(take().size(), 20u);
}

TEST_F(Streams, AFullStreamLeavesHalfOfTheLineToAnswers) {
  begin(kInterrupts, 10'000);
  host.run(5);
  fake_port().room = 0;
  push(20'000);
  v1::HelloRequest hello;
  hello.set_protocol_major(kProtocolMajor);
  for (int i = 0; i < 8; ++i)
    host.request(Service::kHello, method::kHello, hello);
  host.run(5);
  const auto datagrams_before = host.datagrams.size();
  fake_port().room = ~std::size_t{0};
  while (host.stream.size() < 8)
    host.step();
  EXPECT_LE(host.datagrams.size() - datagrams_before, 24u) << "answers do not wait for the stream";
}

TEST_F(Streams, ACountEndsTheSourceByItself) {
  begin(kInterrupts, 100, 12);
  for (int i = 0; i < 50 && !fake_port().ring->done(); ++i)
    push(1);
  host.run(10);
  const auto blocks = take();
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[2].first_index(), 10u);
  EXPECT_EQ(blocks[2].data().size(), 4u);
  EXPECT_EQ(end().produced(), 12u);
}

TEST_F(Streams, EndsWithItsSession) {
  begin(kInterrupts, 100);
  push(50);
  host.send_close();
  host.run(5);
  EXPECT_EQ(fake_port().ring, nullptr) << "the source has been stopped";
  host.datagrams.clear();
  ASSERT_TRUE(host.open(2));
  host.run(20);
  EXPECT_TRUE(take().empty()) << "nothing of it reaches another session";
  begin(kInterrupts, 100);
  push(5);
  host.run(5);
  EXPECT_EQ(take().size(), 1u);
}

TEST_F(Streams, ANewSessionEndsItToo) {
  begin(kInterrupts, 100);
  push(50);
  ASSERT_TRUE(host.open(2));
  host.run(20);
  EXPECT_EQ(fake_port().ring, nullptr);
}

TEST_F(Streams, AQuietRunHoldsItBack) {
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  auto run = run_of(1);
  run.set_quiet(true);
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run);
  begin(kInterrupts, 100);
  push(50);
  host.run(20);
  EXPECT_TRUE(take().empty());
  send_sample(host, begun.head.call, sample_bytes(0));
  take_result(host, begun.head.call);
  host.run(30);
  EXPECT_EQ(take().size(), 10u);
}

TEST_F(Streams, GoesOnWhileAModelComputes) {
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  begin(kInterrupts, 100);
  std::size_t heard = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    push(5);
    host.pump();
    if (index == 2) heard = take().size();
  };
  send_sample(host, begun.head.call, sample_bytes(0));
  take_result(host, begun.head.call);
  EXPECT_GT(heard, 0u);
}

}  // namespace
}  // namespace hil::test
