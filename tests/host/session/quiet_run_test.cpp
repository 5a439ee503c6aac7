// SPDX-License-Identifier: Apache-2.0
// Timed runs: one sample at a time, and nothing on the line while it is computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/link/fault_link.hpp"
#include "host/session/infer_client.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

using Bytes = std::vector<std::uint8_t>;
using std::chrono::milliseconds;

/// An input of several frames, as one tensor.
Bytes input_of(std::uint32_t sample) {
  Bytes bytes(1500);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 3 + sample);
  return bytes;
}

InferOptions timed(std::uint32_t count, std::uint32_t budget_ms) {
  InferOptions options;
  options.count = count;
  options.budget_ms = budget_ms;
  options.quiet = true;
  return options;
}

class QuietRun : public testing::Test {
 protected:
  void open(Link& link) {
    auto session = Session::open(link, quick(), soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    session_ = std::move(session).value();
  }
  [[nodiscard]] std::uint64_t polls() const { return session_->channel().statistics().polls; }
  ServingAgent agent_;
  std::unique_ptr<Session> session_;
};

TEST_F(QuietRun, HasOneSampleInFlight) {
  open(agent_);
  auto run = InferRun::begin(*session_, timed(5, 50), {1500}, soon());
  ASSERT_TRUE(run.ok()) << run.error().what;
  EXPECT_TRUE(agent_.begun.quiet());
  for (std::uint32_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(run->wants_input());
    ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(i)}).ok());
    EXPECT_FALSE(run->wants_input()) << "until its result is here";
    const auto result = run->receive(soon());
    ASSERT_TRUE(result.ok()) << result.error().what;
    ASSERT_TRUE(result->has_value());
    EXPECT_EQ((*result)->sample, i);
    EXPECT_EQ((*result)->overlap_bytes, 0u);
  }
  EXPECT_TRUE(run->done());
}

TEST_F(QuietRun, SaysWhatCameDuringTheWindow) {
  agent_.change_output = [](auto& part) {
    if (!part.more()) part.set_overlap_bytes(9);
  };
  open(agent_);
  auto run = InferRun::begin(*session_, timed(1, 50), {1500}, soon());
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  const auto result = run->receive(soon());
  ASSERT_TRUE(result.ok() && result->has_value());
  EXPECT_EQ((*result)->overlap_bytes, 9u);
}

TEST_F(QuietRun, SendsNothingUntilTheResultIsOverdue) {
  agent_.deaf_to_inputs = true;
  open(agent_);
  auto run = InferRun::begin(*session_, timed(1, 400), {1500}, soon());
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  ASSERT_TRUE(run->receive(soon(100)).ok());
  const auto sent = session_->channel().statistics().bytes_sent;
  EXPECT_GT(sent, 1500u);
  // In slices, as a caller who looks for Ctrl-C does.
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(run->receive(soon(50)).ok());
  EXPECT_EQ(session_->channel().statistics().bytes_sent, sent) << "polls would be 5 ms apart";
  agent_.mute = true;
  const auto late = run->receive(soon(20'000));
  ASSERT_FALSE(late.ok()) << "it waits no longer than was announced";
  EXPECT_EQ(late.error().blame, Blame::kLink);
  EXPECT_GT(polls(), 0u);
}

TEST_F(QuietRun, SaysNothingToWhatComesTwiceInTheWindow) {
  agent_.deaf_to_inputs = true;
  open(agent_);
  auto run = InferRun::begin(*session_, timed(1, 400), {1500}, soon());
  ASSERT_TRUE(run.ok()) << run.error().what;
  ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  ASSERT_TRUE(run->receive(soon(40)).ok());
  const auto sent = session_->channel().statistics().bytes_sent;
  agent_.send_duplicate();  // as after a poll that crossed it
  ASSERT_TRUE(run->receive(soon(40)).ok());
  EXPECT_EQ(session_->channel().statistics().device_duplicate_frames, 1u);
  EXPECT_EQ(session_->channel().statistics().bytes_sent, sent) << "the agent computes";
  ASSERT_TRUE(run->cancel(soon()).ok());
  const auto after = session_->channel().statistics().bytes_sent;
  agent_.send_duplicate();
  ASSERT_TRUE(session_->channel().pump(soon(40)).ok());
  EXPECT_GT(session_->channel().statistics().bytes_sent, after) << "no run, no silence";
}

/// Frames that a sample takes, which the answer to the run's begin may come before once more.
std::uint64_t frames_of_sample(bool answered_twice) {
  ServingAgent agent;
  agent.deaf_to_inputs = true;
  auto session = Session::open(agent, quick(), soon());
  auto run = InferRun::begin(**session, timed(1, 400), {1500}, soon());
  EXPECT_TRUE(run.ok());
  (void)(*session)->channel().pump(soon(20));  // the answer's acknowledgement leaves
  const auto before = (*session)->channel().statistics();
  if (answered_twice) agent.send_duplicate();
  EXPECT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  EXPECT_TRUE(run->receive(soon(40)).ok());
  const auto after = (*session)->channel().statistics();
  EXPECT_EQ(after.device_duplicate_frames, answered_twice ? 1u : 0u);
  EXPECT_EQ(after.polls, before.polls);
  return after.frames_sent - before.frames_sent;
}

TEST_F(QuietRun, SaysNothingToWhatComesTwiceBehindASample) {
  EXPECT_EQ(frames_of_sample(true), frames_of_sample(false));
}

TEST_F(QuietRun, AcknowledgesAResultThatComesTwice) {
  open(agent_);
  auto run = InferRun::begin(*session_, timed(2, 50), {1500}, soon());
  ASSERT_TRUE(run.ok()) << run.error().what;
  ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  const auto result = run->receive(soon());
  ASSERT_TRUE(result.ok() && result->has_value());
  ASSERT_TRUE(session_->channel().pump(soon(20)).ok());
  const auto sent = session_->channel().statistics().bytes_sent;
  agent_.send_duplicate();
  ASSERT_TRUE(session_->channel().pump(soon(40)).ok());
  EXPECT_GT(session_->channel().statistics().bytes_sent, sent) << "no sample is computed";
}

TEST_F(QuietRun, PollsForASampleThatWasLostOnTheWay) {
  FaultPlan plan;
  plan.drop = 0.1;
  FaultLink link(agent_, plan);
  open(link);
  auto run = InferRun::begin(*session_, timed(10, 100), {1500}, soon());
  ASSERT_TRUE(run.ok()) << run.error().what;
  for (std::uint32_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(i)}).ok());
    const auto result = run->receive(soon(10'000));
    ASSERT_TRUE(result.ok()) << result.error().what;
    ASSERT_TRUE(result->has_value());
    EXPECT_EQ((*result)->sample, i);
  }
  session_.reset();  // before the link that it uses
}

}  // namespace
}  // namespace hil::session
