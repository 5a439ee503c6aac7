// SPDX-License-Identifier: Apache-2.0
// Facts, traces and outputs of operators from an agent that may lie.
#include "host/session/profile_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/session/infer_client.hpp"
#include "tests/host/session/open_session.hpp"
#include "tests/host/session/serving_agent.hpp"

namespace hil::session {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

class ProfileClient : public testing::Test {
 protected:
  void open() {
    auto session = Session::open(agent_, quick(), soon());
    ASSERT_TRUE(session.ok()) << session.error().what;
    session_ = std::move(session).value();
  }
  /// One inference of sample 5 with that trace; its result.
  Result<SampleResult> run(const TraceOptions& trace) {
    InferOptions options;
    options.first_sample = 5;
    options.count = 1;
    options.quiet = true;
    options.trace = trace;
    HIL_ASSIGN(auto run, InferRun::begin(*session_, options, {4}, soon()));
    HIL_TRY(run.send(std::vector<Bytes>{{1, 2, 3, 4}}));
    HIL_ASSIGN(auto result, run.receive(soon()));
    if (!result) return Error{Blame::kBug, "no result", ""};
    return std::move(*result);
  }
  Error trace_error(const TraceOptions& trace, std::uint32_t sample = 5) {
    const auto read = read_trace(*session_, trace, sample, soon());
    EXPECT_FALSE(read.ok());
    return read.ok() ? Error{} : read.error();
  }
  ServingAgent agent_;
  std::unique_ptr<Session> session_;
};

TEST_F(ProfileClient, ReadsATracePageByPage) {
  open();
  const TraceOptions options{3, 2, 10, true, true, false};
  ASSERT_TRUE(run(options).ok());
  EXPECT_EQ(agent_.begun.trace().first(), 3u);
  EXPECT_EQ(agent_.begun.trace().stride(), 2u);
  EXPECT_TRUE(agent_.begun.quiet());
  const auto trace = read_trace(*session_, options, 5, soon());
  ASSERT_TRUE(trace.ok()) << trace.error().what;
  ASSERT_EQ(trace->ticks.size(), 10u);
  ASSERT_EQ(trace->digests.size(), 10u);
  for (std::uint32_t i = 0; i < 10; ++i) {
    EXPECT_EQ(trace->ticks[i], 100 + i);
    EXPECT_EQ(trace->digests[i], 7 * i);
  }
}

TEST_F(ProfileClient, ReadsOneKindAlone) {
  open();
  TraceOptions options{0, 1, 4, false, true, false};
  ASSERT_TRUE(run(options).ok());
  auto trace = read_trace(*session_, options, 5, soon());
  ASSERT_TRUE(trace.ok()) << trace.error().what;
  EXPECT_TRUE(trace->ticks.empty());
  EXPECT_EQ(trace->digests.size(), 4u);
}

TEST_F(ProfileClient, CatchesTracesThatWereNotAskedFor) {
  open();
  const TraceOptions options{0, 1, 10, true, true, false};
  ASSERT_TRUE(run(options).ok());
  EXPECT_THAT(trace_error(options, 6).what,
              HasSubstr("of sample 5, not of 10 operators of sample 6"));
  agent_.change_trace = [](auto& reply) { reply.set_recorded(11); };
  EXPECT_THAT(trace_error(options).what, HasSubstr("a trace of 11 operators"));
  agent_.change_trace = [](auto& reply) { reply.clear_ticks(), reply.clear_digests(); };
  EXPECT_THAT(trace_error(options).what, HasSubstr("0 ticks and 0 digests from entry 0 of 10"));
  agent_.change_trace = [](auto& reply) { reply.add_ticks(1); };
  EXPECT_THAT(trace_error(options).what, HasSubstr("4 ticks and 3 digests"));
  agent_.change_trace = [](auto& reply) {
    for (int i = 0; i < 8; ++i)
      reply.add_ticks(1), reply.add_digests(1);
  };
  EXPECT_EQ(trace_error(options).blame, Blame::kDevice);
  agent_.change_trace = nullptr;
  const TraceOptions only_ticks{0, 1, 10, true, false, false};
  EXPECT_THAT(trace_error(only_ticks).what, HasSubstr("3 ticks and 3 digests"));
}

TEST_F(ProfileClient, RefusesWhatTheAgentHasNoRoomFor) {
  open();
  const auto run_result = run({0, 1, 101, true, false, false});
  ASSERT_FALSE(run_result.ok());
  EXPECT_EQ(run_result.error().blame, Blame::kDevice);
  EXPECT_EQ(run_result.error().what,
            "the agent on linux records at most 100 operators at once, not 101");
  EXPECT_EQ(run_result.error().hint, "trace fewer operators in each run");
  EXPECT_TRUE(check_traces(session_->agent(), {0, 1, 101, false, false, true}).ok());
  const Error none = run({0, 1, 0, true, false, false}).error();
  EXPECT_EQ(none.blame, Blame::kBug);
  EXPECT_EQ(none.what, "a trace of no operators was asked for");
  EXPECT_EQ(run({0, 0, 1, true, false, false}).error().blame, Blame::kBug);
}

TEST_F(ProfileClient, AgentWithoutTheServiceIsNamed) {
  agent_.hello.set_services(0x210E);
  open();
  const auto facts = read_facts(*session_, soon());
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().blame, Blame::kDevice);
  EXPECT_EQ(facts.error().what, "the agent on linux (version 0.1.0) has no profile service");
  EXPECT_EQ(facts.error().hint, "put the agent that belongs to this hilbench on the board");
  EXPECT_FALSE(run({0, 1, 1, true, false, false}).ok());
  EXPECT_FALSE(read_trace(*session_, {0, 1, 1, true, false, false}, 5, soon()).ok());
  EXPECT_FALSE(read_output(*session_, 0, 0, soon()).ok());
  InferOptions quiet;
  quiet.count = 1;
  quiet.quiet = true;
  EXPECT_FALSE(InferRun::begin(*session_, quiet, {4}, soon()).ok());
}

TEST_F(ProfileClient, ReadsAnOutputInPieces) {
  open();
  const auto bytes = read_output(*session_, 3, 1, soon());
  ASSERT_TRUE(bytes.ok()) << bytes.error().what;
  ASSERT_EQ(bytes->size(), 500u);
  EXPECT_EQ((*bytes)[300], 300 % 256);
}

TEST_F(ProfileClient, CatchesOutputsThatMakeNoSense) {
  open();
  const auto failure = [&](auto change) {
    agent_.change_read = change;
    const auto bytes = read_output(*session_, 3, 1, soon());
    EXPECT_FALSE(bytes.ok());
    return bytes.ok() ? std::string() : bytes.error().what;
  };
  using Reply = hilbench::v1::ReadOutputReply;
  EXPECT_THAT(failure([](Reply& reply) { reply.clear_data(); }),
              HasSubstr("0 bytes at 0 of 500 of output 1 of operator 3"));
  EXPECT_THAT(failure([](Reply& reply) { reply.set_data(std::string(501, 'x')); }),
              HasSubstr("501 bytes at 0"));
  EXPECT_THAT(failure([](Reply& reply) { reply.set_size_bytes(0xFFFFFFFF); }),
              HasSubstr("of 4294967295"));
  EXPECT_THAT(failure([calls = 0](Reply& reply) mutable {
                reply.set_size_bytes(500u - static_cast<unsigned>(calls++));
              }),
              HasSubstr("at 200 of 499"));
  EXPECT_THAT(failure([](Reply& reply) { reply.set_size_bytes(0); }), HasSubstr("of 0 of output"));
}

TEST_F(ProfileClient, GivesFactsAndChecksThem) {
  agent_.facts.set_stack_bytes(1000);
  agent_.facts.set_stack_high_water_bytes(1000);
  agent_.facts.set_hook_cost(33);
  agent_.facts.set_byte_ticks(87);
  open();
  auto facts = read_facts(*session_, soon());
  ASSERT_TRUE(facts.ok()) << facts.error().what;
  EXPECT_EQ(facts->timer_cost_min, 20u);
  EXPECT_EQ(facts->timer_cost_median, 21u);
  EXPECT_EQ(facts->hook_cost, 33u);
  EXPECT_EQ(facts->byte_ticks, 87u);
  EXPECT_TRUE(facts->stack_overrun());
  agent_.facts.set_stack_high_water_bytes(1001);
  EXPECT_EQ(read_facts(*session_, soon()).error().what, "the agent's facts contradict each other");
  agent_.facts.set_stack_bytes(0);
  facts = read_facts(*session_, soon());
  ASSERT_TRUE(facts.ok());
  EXPECT_FALSE(facts->stack_overrun()) << "unknown";
  agent_.facts.set_timer_cost_median(19);
  EXPECT_EQ(read_facts(*session_, soon()).error().what, "the agent's facts contradict each other");
  agent_.facts.set_timer_step(0);
  const Error still = read_facts(*session_, soon()).error();
  EXPECT_EQ(still.what, "the agent's clock stands still");
  EXPECT_EQ(still.hint, "its times would mean nothing: the port of this board is at fault");
}

TEST_F(ProfileClient, StoppedRunsHaveNoOutputs) {
  open();
  const TraceOptions options{2, 1, 1, false, true, true};
  auto result = run(options);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().what, HasSubstr("did not stop the inference where it was to"));
  session_.reset();
  agent_.change_output = [](auto& part) {
    part.clear_data();
    part.clear_crc32();
    part.set_stopped(true);
  };
  open();
  result = run(options);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_TRUE(result->stopped);
  EXPECT_TRUE(result->outputs.empty());
  result = run({2, 1, 1, false, true, false});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().what, HasSubstr("stopped an inference that was to go on"));
}

TEST_F(ProfileClient, RunOfSeveralSamplesCannotStop) {
  open();
  InferOptions options;
  options.count = 2;
  options.trace = TraceOptions{0, 1, 1, false, false, true};
  const Error error = InferRun::begin(*session_, options, {4}, soon()).error();
  EXPECT_EQ(error.blame, Blame::kBug);
  EXPECT_EQ(error.what, "a run of several samples was to stop behind an operator");
}

}  // namespace
}  // namespace hil::session
