// SPDX-License-Identifier: Apache-2.0
// A session on a tape: the same host again, one with other timing, and one that does otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/link/fault_link.hpp"
#include "host/link/tape/player.hpp"
#include "host/link/tape/recorder.hpp"
#include "host/session/infer_client.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kInputBytes = 490;
constexpr std::uint32_t kSamples = 40;

/// What a host does and how.
struct Host {
  SessionOptions options = quick();
  int more_looks = 0;         ///< at the clock, before anything else
  std::uint8_t odd_byte = 0;  ///< added to the first byte of sample 30
};

/// What it sees.
struct Seen {
  std::vector<Bytes> outputs;
  std::string error;
  TimeSync sync;
  rpc::LinkStatistics statistics;
};

Bytes input_of(const Host& host, std::uint32_t sample) {
  Bytes bytes(kInputBytes, static_cast<std::uint8_t>(sample));
  if (sample == 30) bytes[0] = static_cast<std::uint8_t>(bytes[0] + host.odd_byte);
  return bytes;
}

Status run_samples(Session& session, const Host& host, Seen& seen) {
  InferOptions options;
  options.count = kSamples;
  options.budget_ms = 1000;
  HIL_ASSIGN(InferRun run, InferRun::begin(session, options, {kInputBytes}, soon()));
  while (!run.done()) {
    while (run.wants_input())
      HIL_TRY(run.send(std::vector<Bytes>{input_of(host, run.sent())}));
    HIL_ASSIGN(const auto result, run.receive(soon(20'000)));
    if (result) seen.outputs.push_back(result->outputs.front());
  }
  return {};
}

Seen use(Link& link, const Host& host) {
  Seen seen;
  for (int i = 0; i < host.more_looks; ++i)
    static_cast<void>(Clock::now());
  const auto session = Session::open(link, host.options, soon());
  if (!session.ok()) {
    seen.error = session.error().what;
    return seen;
  }
  seen.sync = (*session)->time_sync();
  const Status status = run_samples(**session, host, seen);
  if (!status.ok()) seen.error = status.error().what;
  seen.statistics = (*session)->channel().statistics();
  return seen;
}

class TapedSession : public testing::Test {
 protected:
  TapedSession() { host_.options.channel.session = 0x1234'5678; }

  Seen record(const FaultPlan& faults = {}) {
    ServingAgent agent;
    FaultLink line(agent, faults);
    const auto tape = tape::Recorder::create(path_, {});
    EXPECT_TRUE(tape.ok());
    const Seen seen = use((*tape)->begin(&line), host_);
    EXPECT_TRUE((*tape)->finish().ok());
    EXPECT_EQ(seen.error, "");
    EXPECT_EQ(seen.outputs.size(), kSamples);
    return seen;
  }
  Seen replay(const Host& host) {
    auto made = tape::Player::create(*tape::read_tape_file(path_));
    EXPECT_TRUE(made.ok());
    player_ = std::move(*made);
    const Seen seen = use(player_->begin(nullptr), host);
    player_->end();
    return seen;
  }

  ScratchFolder folder_;
  std::filesystem::path path_ = folder_.path() / "session.tape";
  Host host_;
  std::unique_ptr<tape::Player> player_;
};

void expect_same_time(const TimeSync& a, const TimeSync& b) {
  EXPECT_EQ(a.host_send_ns, b.host_send_ns);
  EXPECT_EQ(a.host_receive_ns, b.host_receive_ns);
  EXPECT_EQ(a.device_send_ticks, b.device_send_ticks);
}

FaultPlan bad_line() {
  FaultPlan faults;
  faults.drop = 0.05;
  faults.duplicate = 0.05;
  faults.seed = 3;
  return faults;
}

TEST_F(TapedSession, TheSameHostSeesTheSame) {
  for (const FaultPlan& faults : {FaultPlan{}, bad_line()}) {
    const Seen then = record(faults);
    const Seen now = replay(host_);
    EXPECT_EQ(now.error, "");
    EXPECT_TRUE(player_->to_the_letter());
    EXPECT_EQ(player_->difference(), "");
    EXPECT_EQ(now.outputs, then.outputs);
    expect_same_time(now.sync, then.sync);
    EXPECT_EQ(now.statistics.bytes_sent, then.statistics.bytes_sent);
    EXPECT_EQ(now.statistics.polls, then.statistics.polls);
    EXPECT_EQ(now.statistics.longest_silence, then.statistics.longest_silence);
  }
}

TEST_F(TapedSession, AHostWithOtherTimingComesToTheSameResults) {
  Host other = host_;
  other.more_looks = 3;
  other.options.channel.clock.poll_after = std::chrono::milliseconds(20);
  other.options.host_version = "next";  // as long as the recorded one
  for (const FaultPlan& faults : {FaultPlan{}, bad_line()}) {
    const Seen then = record(faults);
    const Seen now = replay(other);
    EXPECT_EQ(now.error, "");
    EXPECT_FALSE(player_->to_the_letter());
    EXPECT_EQ(player_->difference(), "");
    EXPECT_EQ(now.outputs, then.outputs);
    expect_same_time(now.sync, then.sync);
  }
}

TEST_F(TapedSession, AHostThatSendsOtherBytesIsNamed) {
  record();
  Host other = host_;
  other.odd_byte = 1;
  const Seen now = replay(other);
  EXPECT_THAT(now.error, testing::HasSubstr("the host behaves otherwise than recorded"));
  EXPECT_THAT(player_->difference(), testing::StartsWith("at frame "));
  EXPECT_THAT(player_->difference(), testing::HasSubstr(" of the session is 1f, the tape's is 1e"));
  EXPECT_LT(now.outputs.size(), kSamples);
}

}  // namespace
}  // namespace hil::session
