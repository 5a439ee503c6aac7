// SPDX-License-Identifier: Apache-2.0
// Runs against an agent that answers well, badly, or not.
#include "host/session/infer_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/link/fault_link.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kInputBytes = 490;
constexpr const char* kAgain =
    "run it again; if it happens again, flash the agent again and report it";

Bytes input_of(std::uint32_t sample) {
  Bytes bytes(kInputBytes);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 3 + sample);
  return bytes;
}

Bytes output_of(std::uint32_t sample) {
  Bytes bytes = input_of(sample);
  for (auto& byte : bytes)
    ++byte;
  return bytes;
}

/// Runs all samples as a caller would; the results, or the first error.
Result<std::vector<SampleResult>> run_all(InferRun& run, const InferOptions& options,
                                          Deadline deadline) {
  std::vector<SampleResult> results;
  while (!run.done()) {
    while (run.wants_input()) {
      const Bytes input = input_of(options.first_sample + run.sent());
      // As two tensors, to exercise both.
      const std::vector<Bytes> inputs{Bytes(input.begin(), input.begin() + 90),
                                      Bytes(input.begin() + 90, input.end())};
      HIL_TRY(run.send(inputs));
    }
    HIL_ASSIGN(auto result, run.receive(deadline));
    if (result) results.push_back(std::move(*result));
    if (deadline.expired()) return Error{Blame::kBug, "the test ran out of time", ""};
  }
  return results;
}

class InferClientTest : public testing::Test {
 protected:
  Result<std::vector<SampleResult>> run(InferOptions options, Link* link = nullptr) {
    HIL_ASSIGN(session_, Session::open(link != nullptr ? *link : agent_, quick(), soon()));
    HIL_ASSIGN(InferRun run, InferRun::begin(*session_, options, {kInputBytes}, soon()));
    return run_all(run, options, soon(20'000));
  }
  Error failure(InferOptions options) {
    const auto results = run(options);
    EXPECT_FALSE(results.ok());
    return results.ok() ? Error{} : results.error();
  }
  ServingAgent agent_;
  std::unique_ptr<Session> session_;
};

TEST_F(InferClientTest, GivesEveryResultInOrder) {
  const InferOptions options{1000, 200, 50, false, true};
  const auto results = run(options);
  ASSERT_TRUE(results.ok()) << results.error().what;
  ASSERT_EQ(results->size(), 200u);
  for (std::uint32_t i = 0; i < 200; ++i) {
    EXPECT_EQ((*results)[i].sample, 1000 + i);
    EXPECT_EQ((*results)[i].outputs, std::vector<Bytes>{output_of(1000 + i)});
    EXPECT_EQ((*results)[i].device_ticks, 500u);
  }
  EXPECT_EQ(agent_.begun.count(), 200u);
  EXPECT_EQ(agent_.begun.budget_ms(), 50u);
  EXPECT_TRUE(agent_.begun.reset_state());
}

TEST_F(InferClientTest, TakesDigestsWithoutOutputs) {
  const auto results = run({0, 20, 50, true, false});
  ASSERT_TRUE(results.ok()) << results.error().what;
  ASSERT_EQ(results->size(), 20u);
  EXPECT_TRUE((*results)[0].outputs.empty());
  EXPECT_NE((*results)[0].crc32, (*results)[1].crc32);
}

TEST_F(InferClientTest, SurvivesABadLine) {
  FaultPlan plan;
  plan.drop = plan.duplicate = plan.swap = 0.02;
  plan.flip = 1e-5;
  FaultLink link(agent_, plan);
  const auto results = run({0, 300, 50, false, false}, &link);
  ASSERT_TRUE(results.ok()) << results.error().what;
  for (std::uint32_t i = 0; i < 300; ++i)
    ASSERT_EQ((*results)[i].outputs, std::vector<Bytes>{output_of(i)});
  EXPECT_GT(session_->channel().statistics().retransmitted_frames, 0u);
  session_.reset();  // before the link that it uses
}

TEST_F(InferClientTest, FillsItsFrames) {
  const InferOptions options{0, 400, 50, true, false};
  const auto results = run(options);
  ASSERT_TRUE(results.ok());
  const auto statistics = session_->channel().statistics();
  const double per_sample = static_cast<double>(statistics.bytes_sent) / 400;
  // Two parts per sample: heads, tags, and a share of the frames of 256 bytes.
  EXPECT_LT(per_sample, kInputBytes + 2 * 14 + 2.2 * 14);
}

TEST_F(InferClientTest, NamesTheSampleAndTheAgentsReason) {
  agent_.fail_at = 17;
  const Error error = failure({10, 20, 50, false, false});
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_EQ(error.what, "sample 17: the agent says: budget exceeded (op 3 took too long)");
  EXPECT_EQ(error.hint, "allow more time per inference");
}

TEST_F(InferClientTest, CatchesAWrongDigest) {
  agent_.change_output = [](auto& part) {
    if (part.sample() == 3) part.set_crc32(part.crc32() ^ 1);
  };
  const Error error = failure({0, 5, 50, false, false});
  EXPECT_EQ(error.blame, Blame::kDevice);
  EXPECT_THAT(error.what,
              testing::MatchesRegex("sample 3: the outputs have digest [0-9a-f]+, the agent "
                                    "computed [0-9a-f]+"));
  EXPECT_EQ(error.hint, kAgain);
}

TEST_F(InferClientTest, CatchesASampleOutOfOrder) {
  agent_.change_output = [](auto& part) { part.set_sample(part.sample() + 1); };
  const Error error = failure({0, 5, 50, false, false});
  EXPECT_EQ(error.what, "sample 0: the agent sent a result of sample 1 instead");
  EXPECT_EQ(error.hint, kAgain);
}

TEST_F(InferClientTest, CatchesBytesThatDoNotBelong) {
  agent_.change_output = [](auto& part) { part.set_offset(part.offset() + 1); };
  EXPECT_EQ(failure({0, 5, 50, false, false}).what,
            "sample 0: the agent sent 100 bytes at 1 of output 0, which do not belong there");
  ServingAgent beyond;
  beyond.change_output = [](auto& part) { part.set_tensor(1); };
  EXPECT_FALSE(run({0, 5, 50, false, false}, &beyond).ok());
  session_.reset();
}

TEST_F(InferClientTest, CatchesTooManyBytes) {
  agent_.change_output = [](auto& part) {
    if (!part.more()) part.set_data(std::string(500, 'x'));
  };
  EXPECT_THAT(failure({0, 1, 50, false, false}).what, HasSubstr("500 bytes at 400 of output 0"));
}

TEST_F(InferClientTest, CatchesMissingBytes) {
  agent_.change_output = [](auto& part) {
    if (!part.more()) part.clear_data();
  };
  EXPECT_EQ(failure({0, 1, 50, false, false}).what,
            "sample 0: the agent sent 400 of the 490 bytes of output 0");
}

TEST_F(InferClientTest, CatchesOutputsNobodyWanted) {
  agent_.change_output = [](auto& part) { part.set_data("x"); };
  EXPECT_EQ(failure({0, 1, 50, true, false}).what,
            "sample 0: the agent sent output bytes, but only digests were wanted");
}

TEST_F(InferClientTest, CatchesMessagesThatAreNoResults) {
  auto session = Session::open(agent_, quick(), soon());
  ASSERT_TRUE(session.ok());
  const InferOptions options{0, 1, 50, false, false};
  auto run = InferRun::begin(**session, options, {kInputBytes}, soon());
  ASSERT_TRUE(run.ok());
  agent_.on_message = [this](const rpc::Message& message) {  // an echo of the input
    agent_.answer(message, Kind::kStream, message.body);
  };
  const auto results = run_all(*run, options, soon());
  ASSERT_FALSE(results.ok());
  EXPECT_EQ(results.error().blame, Blame::kDevice);
  EXPECT_EQ(results.error().what,
            "sample 0: the agent sent something else than results during a run");
  EXPECT_EQ(results.error().hint, kAgain);
}

TEST_F(InferClientTest, SilenceNamesTheSample) {
  auto session = Session::open(agent_, quick(), soon());
  ASSERT_TRUE(session.ok());
  auto run = InferRun::begin(**session, {0, 3, 100, false, false}, {kInputBytes}, soon());
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->quiet(), std::chrono::milliseconds(100));
  agent_.mute = true;
  const auto results = run_all(*run, {0, 3, 100, false, false}, soon(10'000));
  ASSERT_FALSE(results.ok());
  EXPECT_EQ(results.error().blame, Blame::kLink);
  EXPECT_THAT(results.error().what, HasSubstr("sample 0: no answer from linux for 0.6"));
}

TEST_F(InferClientTest, CancelStopsARunAndTheSessionGoesOn) {
  auto session = Session::open(agent_, quick(), soon());
  ASSERT_TRUE(session.ok());
  auto run = InferRun::begin(**session, {0, 1000, 50, false, false}, {kInputBytes}, soon());
  ASSERT_TRUE(run.ok());
  for (int i = 0; run->wants_input() && i < 5; ++i)
    ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  const Status status = run->cancel(soon());
  ASSERT_TRUE(status.ok()) << status.error().what;
  EXPECT_NE(agent_.cancelled_call, 0u);
  const InferOptions again{5, 10, 50, false, false};
  auto second = InferRun::begin(**session, again, {kInputBytes}, soon());
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(run_all(*second, again, soon())->size(), 10u);
}

TEST_F(InferClientTest, KeepsFewSamplesInMemory) {
  agent_.deaf_to_inputs = true;
  auto session = Session::open(agent_, quick(), soon());
  ASSERT_TRUE(session.ok());
  auto run = InferRun::begin(**session, {0, 1000, 50, false, false}, {kInputBytes}, soon());
  ASSERT_TRUE(run.ok());
  while (run->wants_input())
    ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  EXPECT_LE(run->sent(), 8 * 256 / kInputBytes + 2) << "the send window and one more";
}

TEST_F(InferClientTest, RefusesMisuse) {
  auto session = Session::open(agent_, quick(), soon());
  ASSERT_TRUE(session.ok());
  const Error none = InferRun::begin(**session, {}, {}, soon()).error();
  EXPECT_EQ(none.blame, Blame::kBug);
  EXPECT_EQ(none.what, "a run of 0 samples was asked for");
  auto run = InferRun::begin(**session, {0, 1, 50, false, false}, {kInputBytes}, soon());
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->send({}).error().blame, Blame::kBug);
  ASSERT_TRUE(run->send(std::vector<Bytes>{input_of(0)}).ok());
  const Error surplus = run->send(std::vector<Bytes>{input_of(0)}).error();
  EXPECT_EQ(surplus.blame, Blame::kBug);
  EXPECT_EQ(surplus.what, "a sample was sent that the run did not want");
}

}  // namespace
}  // namespace hil::session
