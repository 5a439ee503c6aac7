// SPDX-License-Identifier: Apache-2.0
// StreamRun: samples in order, losses by place, ends that are known to be complete, and lies.
#include "host/session/stream_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/session/open_session.hpp"
#include "tests/host/session/streaming_agent.hpp"

namespace hil::session {
namespace {

using testing::HasSubstr;

class StreamClientTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Session::open(agent, quick(), soon());
    ASSERT_TRUE(opened.ok()) << opened.error().what;
    session = std::move(opened).value();
  }
  StreamRun begin(std::uint64_t count = 0) {
    auto run = StreamRun::begin(*session, {0, 1000, count}, soon());
    EXPECT_TRUE(run.ok()) << run.error().what;
    return std::move(run).value();
  }
  /// The next samples, checked by their values; the first index and how many.
  static std::pair<std::uint64_t, std::size_t> take(StreamRun& run, StreamLosses* lost = nullptr) {
    const auto samples = run.next(soon());
    EXPECT_TRUE(samples.ok()) << samples.error().what;
    if (!samples.ok() || !*samples) return {~0ull, 0};
    const Samples& given = **samples;
    EXPECT_EQ(given.device_ticks, 1000 * given.first_index);
    for (std::size_t i = 0; i < given.bytes.size(); i += 2) {
      const unsigned value = given.bytes[i] | unsigned{given.bytes[i + 1]} << 8;
      EXPECT_EQ(value, (given.first_index + i / 2) & 0xFFFF);
    }
    if (lost != nullptr) *lost = given.lost;
    return {given.first_index, given.bytes.size() / 2};
  }
  static void expect_done(StreamRun& run) {
    const auto samples = run.next(soon());
    ASSERT_TRUE(samples.ok()) << samples.error().what;
    EXPECT_FALSE(*samples);
    EXPECT_TRUE(run.done());
  }
  /// The error that next() ends with.
  static Error failure_of(StreamRun& run) {
    while (true) {
      const auto samples = run.next(soon());
      if (!samples.ok()) return samples.error();
      if (!*samples) break;
    }
    ADD_FAILURE() << "no error";
    return {};
  }

  StreamingAgent agent;
  std::unique_ptr<Session> session;
};

using Taken = std::pair<std::uint64_t, std::size_t>;

TEST_F(StreamClientTest, ChannelsAreListed) {
  const auto channels = list_streams(*session, soon());
  ASSERT_TRUE(channels.ok());
  ASSERT_EQ(channels->size(), 2u);
  EXPECT_EQ((*channels)[0].name, "counter");
  EXPECT_EQ((*channels)[1].number, 1u);
  EXPECT_EQ((*channels)[1].name, "wide?") << "what a device says may steer no terminal";
  agent.channels.mutable_channels(1)->set_sample_bytes(0);
  EXPECT_EQ(list_streams(*session, soon()).error().blame, Blame::kDevice);
}

TEST_F(StreamClientTest, AnAgentWithoutStreamsIsNotAsked) {
  ServingAgent plain;
  auto opened = Session::open(plain, quick(), soon());
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(list_streams(**opened, soon())->empty());
  const auto run = StreamRun::begin(**opened, {0, 1, 0}, soon());
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().blame, Blame::kUser);
}

TEST_F(StreamClientTest, WhatTheAgentDoesNotHaveIsTheUsersFault) {
  for (const StreamOptions& options :
       {StreamOptions{2, 1, 0}, StreamOptions{1, 8, 0}, StreamOptions{0, 0, 0}}) {
    const auto run = StreamRun::begin(*session, options, soon());
    ASSERT_FALSE(run.ok());
    EXPECT_EQ(run.error().blame, Blame::kUser) << run.error().what;
  }
  agent.refuse = true;
  const auto run = StreamRun::begin(*session, {0, 1000, 0}, soon());
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().blame, Blame::kDevice);
  EXPECT_THAT(run.error().what, HasSubstr("a stream is going on"));
}

TEST_F(StreamClientTest, ABeginThatMakesNoSenseIsTheDevicesFault) {
  const auto try_with = [this](auto change) {
    const auto before = agent.begun;
    change(agent.begun);
    const auto run = StreamRun::begin(*session, {0, 1000, 0}, soon());
    agent.begun = before;
    ASSERT_FALSE(run.ok());
    EXPECT_EQ(run.error().blame, Blame::kDevice);
  };
  try_with([](auto& begun) { begun.set_rate_hz(0); });
  try_with([](auto& begun) { begun.set_sample_bytes(4); });
  try_with([](auto& begun) { begun.set_block_samples(0); });
}

TEST_F(StreamClientTest, SamplesComeInOrderUntilTheyAreStopped) {
  StreamRun run = begin();
  EXPECT_EQ(run.rate_hz(), 1000u);
  EXPECT_EQ(agent.asked.rate_hz(), 1000u);
  agent.give(10);
  agent.give(10);
  EXPECT_EQ(take(run), Taken(0, 10));
  EXPECT_EQ(take(run), Taken(10, 10));
  EXPECT_FALSE(*run.next(soon(10))) << "none are there";
  EXPECT_FALSE(run.done());
  agent.give(3);
  ASSERT_TRUE(run.stop(soon()).ok());
  EXPECT_FALSE(run.done()) << "samples have not been taken";
  EXPECT_EQ(take(run), Taken(20, 3));
  expect_done(run);
  EXPECT_EQ(run.account().produced(), 23u);
  EXPECT_EQ(run.account().losses().total(), 0u);
  EXPECT_EQ(agent.ends, 1u);
  ASSERT_TRUE(run.stop(soon()).ok());
  EXPECT_EQ(agent.ends, 1u);
}

TEST_F(StreamClientTest, EachLossHasItsPlace) {
  StreamRun run = begin();
  agent.give(10, true);
  agent.drop(7);
  agent.give(10);
  agent.drop(5);
  agent.give(10, true);  // tells of the drop, but is lost: the next one tells again
  agent.give(10);
  agent.give(4, true);
  agent.drop(1);
  ASSERT_TRUE(run.stop(soon()).ok());
  StreamLosses lost;
  EXPECT_EQ(take(run, &lost), Taken(17, 10));
  EXPECT_EQ(lost.on_line, 10u);
  EXPECT_EQ(lost.on_device, 7u);
  EXPECT_EQ(take(run, &lost), Taken(42, 10));
  EXPECT_EQ(lost.on_line, 10u);
  EXPECT_EQ(lost.on_device, 5u);
  expect_done(run);
  EXPECT_EQ(run.account().losses().on_line, 24u);
  EXPECT_EQ(run.account().losses().on_device, 13u);
  EXPECT_EQ(run.account().produced(), 57u);
  EXPECT_EQ(run.account().datagrams_sent(), 5u);
  EXPECT_EQ(run.account().datagrams_received(), 2u);
}

TEST_F(StreamClientTest, ThousandsLostInARowAreCounted) {
  StreamRun run = begin();
  std::uint64_t lost = 0;
  for (const int datagrams : {100, 128, 200, 255, 256, 511, 3000}) {
    for (int i = 0; i < datagrams; ++i)
      agent.give(10, true);
    agent.give(10);
    agent.give(10);
    lost += 10 * static_cast<unsigned>(datagrams);
  }
  ASSERT_TRUE(run.stop(soon()).ok());
  while (!run.done())
    take(run);
  EXPECT_EQ(run.account().losses().on_line, lost);
  EXPECT_EQ(run.account().received(), 140u);
  EXPECT_EQ(run.account().gaps(), 7u);
  EXPECT_EQ(run.account().longest_gap(), 30'000u);
}

TEST_F(StreamClientTest, WhatComesTwiceIsTakenOnce) {
  StreamRun run = begin();
  agent.give(10);
  agent.send_last();
  agent.give(10);
  agent.send_last();
  agent.send_last();
  ASSERT_TRUE(run.stop(soon()).ok());
  EXPECT_EQ(take(run), Taken(0, 10));
  EXPECT_EQ(take(run), Taken(10, 10));
  expect_done(run);
  EXPECT_EQ(run.stale_datagrams(), 3u);
}

TEST_F(StreamClientTest, IndicesCross32Bits) {
  StreamRun run = begin();
  agent.drop((1ull << 32) - 5);
  agent.give(10);
  agent.give(10, true);
  agent.give(10);
  ASSERT_TRUE(run.stop(soon()).ok());
  EXPECT_EQ(take(run), Taken((1ull << 32) - 5, 10));
  EXPECT_EQ(take(run), Taken((1ull << 32) + 15, 10));
  expect_done(run);
  EXPECT_EQ(run.account().losses().on_line, 10u);
}

TEST_F(StreamClientTest, WaitsForDatagramsThatTheDeviceStillHas) {
  StreamRun run = begin();
  agent.give(10);
  unsigned waiting = 3;
  agent.on_end = [&] {
    auto end = agent.truth();
    end.set_produced(35);
    end.set_datagrams(4);
    if (waiting != 3) agent.give(waiting == 0 ? 5 : 10);  // ahead of the answer
    end.set_waiting(waiting);
    if (waiting != 0) --waiting;
    return end;
  };
  ASSERT_TRUE(run.stop(soon()).ok());
  EXPECT_EQ(take(run), Taken(0, 10));
  EXPECT_EQ(take(run), Taken(10, 10));
  EXPECT_EQ(take(run), Taken(20, 10));
  EXPECT_EQ(take(run), Taken(30, 5));
  expect_done(run);
  EXPECT_EQ(agent.ends, 4u);
}

TEST_F(StreamClientTest, ACountEndsTheRunByItself) {
  StreamRun run = begin(15);
  EXPECT_EQ(agent.asked.count(), 15u);
  agent.give(10);
  agent.give(5);
  EXPECT_EQ(take(run), Taken(0, 10));
  EXPECT_EQ(take(run), Taken(10, 5));
  expect_done(run);
  EXPECT_EQ(agent.ends, 1u);
}

TEST_F(StreamClientTest, OtherCallsGoOnMeanwhile) {
  StreamRun run = begin();
  for (int i = 0; i < 20; ++i) {
    agent.give(10);
    ASSERT_TRUE(session->sync_time(soon()).ok());
  }
  ASSERT_TRUE(run.stop(soon()).ok());
  std::size_t blocks = 0;
  while (!run.done())
    blocks += take(run).second != 0 ? 1u : 0u;
  EXPECT_EQ(blocks, 20u);
  EXPECT_EQ(run.account().received(), 200u);
}

TEST_F(StreamClientTest, SamplesAheadOfTheReplyAreTaken) {
  agent.ahead_of_begin = [this] { agent.give(10); };
  StreamRun run = begin();
  EXPECT_EQ(take(run), Taken(0, 10));
}

TEST_F(StreamClientTest, LeftoversOfAnEarlierStreamAreNotTheNextOnes) {
  {
    StreamRun run = begin();
    agent.give(10);
  }
  agent.give(10);
  StreamRun run = begin();
  agent.give(10);
  EXPECT_EQ(take(run), Taken(0, 10));
  ASSERT_TRUE(run.stop(soon()).ok());
  expect_done(run);
  EXPECT_EQ(run.stale_datagrams(), 0u);
}

TEST_F(StreamClientTest, AResetEndsItWithAnOpenAccount) {
  StreamRun run = begin();
  agent.give(10);
  EXPECT_EQ(take(run), Taken(0, 10));
  agent.forget_session();
  const Error error = failure_of(run);
  EXPECT_EQ(error.blame, Blame::kDevice) << error.what;
  EXPECT_FALSE(run.done());
  EXPECT_FALSE(run.account().closed());
  EXPECT_EQ(run.account().received(), 10u) << "what came stays known";
}

TEST_F(StreamClientTest, ASilentAgentIsFoundOut) {
  StreamRun run = begin();
  agent.mute = true;
  const Error error = failure_of(run);
  EXPECT_EQ(error.blame, Blame::kLink) << error.what;
}

TEST_F(StreamClientTest, LiesAreTheDevicesFault) {
  using Lie = std::function<void(StreamingAgent&)>;
  const std::pair<const char*, Lie> lies[] = {
      {"samples once more",
       [](auto& liar) {
         liar.produced = 15;
         liar.give(10);
       }},
      {"too many", [](auto& liar) { liar.give(11); }},
      {"none", [](auto& liar) { liar.give(0); }},
      {"drops that are no gap",
       [](auto& liar) {
         liar.dropped = 3;
         liar.give(10);
       }},
      {"fewer produced than came", [](auto& liar) { liar.produced = 10; }},
      {"more datagrams than samples", [](auto& liar) { liar.datagrams = 3; }},
      {"more dropped than produced", [](auto& liar) { liar.dropped = 21; }},
  };
  for (const auto& [name, lie] : lies) {
    StreamingAgent liar;
    auto opened = Session::open(liar, quick(), soon());
    ASSERT_TRUE(opened.ok());
    auto run = StreamRun::begin(**opened, {0, 1000, 0}, soon());
    ASSERT_TRUE(run.ok());
    liar.give(10);
    liar.give(10);
    lie(liar);
    const Status stopped = run->stop(soon());
    const Error error = stopped.ok() ? failure_of(*run) : stopped.error();
    EXPECT_EQ(error.blame, Blame::kDevice) << name;
    EXPECT_FALSE(run->done()) << name;
  }
}

TEST_F(StreamClientTest, AnEndThatChangesIsALie) {
  StreamRun run = begin();
  agent.give(10);
  agent.on_end = [&] {
    auto end = agent.truth();
    end.set_produced(40 + agent.ends);
    end.set_datagrams(4);
    end.set_waiting(2);
    return end;
  };
  ASSERT_TRUE(run.stop(soon()).ok());
  EXPECT_THAT(failure_of(run).what, HasSubstr("ended a stream with 42 samples"));
}

}  // namespace
}  // namespace hil::session
