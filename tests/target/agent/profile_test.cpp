// SPDX-License-Identifier: Apache-2.0
// Traces of operators, reading one operator's output, and facts about clock and stack.
#include <gtest/gtest.h>

#include "protocol/messages/profile.pb.h"
#include "target/agent/memory.hpp"
#include "target/port/port.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

/// CRC-32 over all outputs of operators 0 to @p last, as the fake engine computes them.
std::uint32_t digest_up_to(const std::string& inputs, std::uint32_t last) {
  frame::Crc32 crc;
  for (std::uint32_t i = 0; i <= last; ++i) {
    for (const auto& output : operator_bytes(inputs, i))
      crc.update(output);
  }
  return crc.value();
}

v1::TraceOptions trace_of(std::uint32_t first, std::uint32_t stride, std::uint32_t count) {
  v1::TraceOptions trace;
  trace.set_first(first);
  trace.set_stride(stride);
  trace.set_count(count);
  trace.set_ticks(true);
  trace.set_digests(true);
  return trace;
}

class Profile : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.open(1));
    ASSERT_NO_FATAL_FAILURE(load_fake(host));
    fake_engine().operators = 40;
  }
  static std::uint32_t number(StatusCode status) { return static_cast<std::uint32_t>(status); }
  Incoming try_begin(const v1::TraceOptions& trace, std::uint32_t count = 1, bool quiet = false) {
    auto request = run_of(count);
    request.set_quiet(quiet);
    *request.mutable_trace() = trace;
    return host.call(Service::kInfer, method::kInferBegin, request);
  }
  std::uint8_t begin(const v1::TraceOptions& trace, std::uint32_t count = 1, bool quiet = false) {
    const Incoming begun = try_begin(trace, count, quiet);
    EXPECT_EQ(begun.head.kind, Kind::kReply) << error_of(begun).text();
    return begun.head.call;
  }
  /// One inference of sample @p i, traced.
  Result run(const v1::TraceOptions& trace, std::uint32_t i, bool quiet = false) {
    const std::uint8_t call = begin(trace, 1, quiet);
    send_sample(host, call, sample_bytes(i));
    return take_result(host, call);
  }
  Incoming ask_trace(std::uint32_t first, std::uint32_t count) {
    v1::TraceRequest request;
    request.set_first(first);
    request.set_count(count);
    return host.call(Service::kProfile, method::kTrace, request);
  }
  /// All entries, page by page.
  v1::TraceReply whole_trace() {
    v1::TraceReply all = parse<v1::TraceReply>(ask_trace(0, 1000));
    for (int have = all.ticks_size(); have < static_cast<int>(all.recorded());) {
      const auto page = parse<v1::TraceReply>(ask_trace(static_cast<std::uint32_t>(have), 1000));
      EXPECT_GT(page.ticks_size(), 0);
      if (page.ticks_size() == 0) break;
      have += page.ticks_size();
      all.mutable_ticks()->MergeFrom(page.ticks());
      all.mutable_digests()->MergeFrom(page.digests());
    }
    return all;
  }
  Incoming ask_output(std::uint32_t index, std::uint32_t output, std::uint32_t offset,
                      std::uint32_t bytes) {
    v1::ReadOutputRequest request;
    request.set_operator_index(index);
    request.set_output(output);
    request.set_offset(offset);
    request.set_bytes(bytes);
    return host.call(Service::kProfile, method::kReadOutput, request);
  }
  v1::FactsReply facts() {
    return parse<v1::FactsReply>(host.call(Service::kProfile, method::kFacts, v1::FactsRequest{}));
  }
  Host host;
};

TEST_F(Profile, records_ticks_and_cumulative_digests_in_pages) {
  const Result result = run(trace_of(1, 2, 20), 3);
  EXPECT_EQ(result.bytes, expected_outputs(sample_bytes(3)));
  EXPECT_EQ(result.last.device_ticks(), 400u);
  const auto trace = whole_trace();
  ASSERT_EQ(trace.ticks_size(), 20);
  ASSERT_EQ(trace.digests_size(), 20);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(trace.ticks(i), 10u);
    EXPECT_EQ(trace.digests(i),
              digest_up_to(sample_bytes(3), 1 + 2 * static_cast<std::uint32_t>(i)));
  }
}

TEST_F(Profile, records_in_the_window_of_a_quiet_run_too) {
  fake_port().ticks_per_read = 1;
  const Result result = run(trace_of(0, 1, 20), 3, true);
  EXPECT_EQ(result.bytes, expected_outputs(sample_bytes(3)));
  const auto trace = whole_trace();
  ASSERT_EQ(trace.ticks_size(), 20);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(trace.ticks(i), 11u) << "one reading ends it";
    EXPECT_EQ(trace.digests(i), digest_up_to(sample_bytes(3), static_cast<std::uint32_t>(i)));
  }
}

TEST_F(Profile, time_for_digests_is_nobodys) {
  fake_port().ticks_per_read = 1;
  auto options = trace_of(0, 1, 20);
  options.set_digests(false);
  const auto without = run(options, 0, true).last.device_ticks();
  options.set_digests(true);
  const auto with = run(options, 0, true).last.device_ticks();
  // Each digest costs two readings of the clock, and only the second is set aside.
  EXPECT_EQ(with, without);
}

TEST_F(Profile, keeps_the_last_inferences_entries) {
  const std::uint8_t call = begin(trace_of(0, 39, 2), 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    send_sample(host, call, sample_bytes(i));
    take_result(host, call);
    const auto trace = whole_trace();
    EXPECT_EQ(trace.sample(), i);
    ASSERT_EQ(trace.recorded(), 2u);
    EXPECT_EQ(trace.digests(1), digest_up_to(sample_bytes(i), 39));
  }
}

TEST_F(Profile, records_only_what_was_asked_for) {
  auto options = trace_of(5, 1, 3);
  options.set_digests(false);
  run(options, 0);
  auto trace = parse<v1::TraceReply>(ask_trace(0, 10));
  EXPECT_EQ(trace.ticks_size(), 3);
  EXPECT_EQ(trace.digests_size(), 0);
  options.set_digests(true);
  options.set_ticks(false);
  run(options, 0);
  trace = parse<v1::TraceReply>(ask_trace(1, 1));
  EXPECT_EQ(trace.ticks_size(), 0);
  ASSERT_EQ(trace.digests_size(), 1);
  EXPECT_EQ(trace.digests(0), digest_up_to(sample_bytes(0), 6));
  EXPECT_EQ(trace.recorded(), 3u);
}

TEST_F(Profile, refuses_traces_that_make_no_sense) {
  const auto status = [&](const v1::TraceOptions& trace, std::uint32_t count = 1) {
    return error_of(try_begin(trace, count)).status();
  };
  EXPECT_EQ(status(trace_of(0, 1, 0)), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(trace_of(0, 0, 1)), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(trace_of(40, 1, 1)), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(trace_of(0, 40, 2)), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(trace_of(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(trace_of(0, 0x80000001, 3)), number(StatusCode::kBadArgument));
  auto stops = trace_of(0, 1, 1);
  stops.set_stop_after(true);
  EXPECT_EQ(status(stops, 2), number(StatusCode::kBadArgument));
  fake_engine().operators = 100'000;
  const auto room = static_cast<std::uint32_t>(agent::memory::state().trace.capacity());
  EXPECT_EQ(status(trace_of(0, 1, room + 1)), number(StatusCode::kTooLarge));
  EXPECT_EQ(agent::memory::state().run.phase, agent::RunState::Phase::kIdle);
}

TEST_F(Profile, without_a_trace_there_is_none_to_read) {
  EXPECT_EQ(error_of(ask_trace(0, 1)).status(), number(StatusCode::kBadState));
  run(trace_of(0, 1, 2), 0);
  EXPECT_EQ(parse<v1::TraceReply>(ask_trace(2, 1)).ticks_size(), 0);
  EXPECT_EQ(error_of(ask_trace(3, 1)).status(), number(StatusCode::kBadArgument));
  EXPECT_EQ(error_of(ask_trace(0xFFFFFFFF, 1)).status(), number(StatusCode::kBadArgument));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  EXPECT_EQ(error_of(ask_trace(0, 1)).status(), number(StatusCode::kBadState));
  send_sample(host, begun.head.call, sample_bytes(0));
  take_result(host, begun.head.call);
}

TEST_F(Profile, trace_does_not_outlive_session_and_model) {
  run(trace_of(0, 1, 2), 0);
  host.send_close();
  host.run(20);
  ASSERT_TRUE(host.open(77));
  EXPECT_EQ(error_of(ask_trace(0, 1)).status(), number(StatusCode::kBadState));
  run(trace_of(0, 1, 2), 0);
  upload(host, fake_model(501));
  EXPECT_EQ(error_of(ask_trace(0, 1)).status(), number(StatusCode::kBadState));
}

TEST_F(Profile, stops_behind_the_last_traced_operator) {
  for (const bool quiet : {false, true}) {
    std::uint32_t reached = 0;
    fake_engine().before_operator = [&](std::uint32_t index) { reached = index; };
    auto options = trace_of(4, 4, 5);
    options.set_stop_after(true);
    const Result result = run(options, 2, quiet);
    EXPECT_TRUE(result.last.stopped());
    EXPECT_TRUE(result.bytes.empty());
    EXPECT_EQ(result.last.crc32(), 0u);
    EXPECT_EQ(reached, 21u) << "asked, but did not run";
    EXPECT_EQ(whole_trace().digests(4), digest_up_to(sample_bytes(2), 20));
    EXPECT_EQ(agent::memory::state().run.phase, agent::RunState::Phase::kIdle);
    for (const std::uint32_t output : {0u, 1u}) {
      const auto expected = operator_bytes(sample_bytes(2), 20)[output];
      std::string bytes;
      do {
        const auto reply = parse<v1::ReadOutputReply>(
            ask_output(20, output, static_cast<std::uint32_t>(bytes.size()), 1000));
        EXPECT_EQ(reply.size_bytes(), expected.size());
        ASSERT_FALSE(reply.data().empty());
        bytes += reply.data();
      } while (bytes.size() < expected.size());
      EXPECT_EQ(bytes, std::string(expected.begin(), expected.end()));
    }
  }
}

TEST_F(Profile, stops_behind_the_last_operator_of_all) {
  v1::TraceOptions options = trace_of(39, 1, 1);
  options.set_stop_after(true);
  EXPECT_TRUE(run(options, 0).last.stopped());
  EXPECT_EQ(parse<v1::ReadOutputReply>(ask_output(39, 0, 5, 3)).data().size(), 2u) << "7 bytes";
}

TEST_F(Profile, may_stop_without_recording) {
  fake_engine().operators = 100'000;
  v1::TraceOptions options;
  options.set_first(70'000);
  options.set_stride(1);
  options.set_count(1);
  options.set_stop_after(true);
  EXPECT_TRUE(run(options, 0).last.stopped());
  EXPECT_EQ(parse<v1::ReadOutputReply>(ask_output(70'000, 0, 0, 7)).data().size(), 7u);
}

TEST_F(Profile, outputs_are_read_only_where_they_are_what_they_were) {
  const auto status = [&](std::uint32_t index, std::uint32_t output, std::uint32_t offset) {
    return error_of(ask_output(index, output, offset, 1)).status();
  };
  EXPECT_EQ(status(0, 0, 0), number(StatusCode::kBadState));
  run(trace_of(0, 1, 5), 0);
  EXPECT_EQ(status(4, 0, 0), number(StatusCode::kBadState)) << "it went on";
  auto options = trace_of(0, 1, 5);
  options.set_stop_after(true);
  run(options, 0);
  EXPECT_EQ(status(3, 0, 0), number(StatusCode::kBadState));
  EXPECT_EQ(status(4, 2, 0), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(4, 0, 8), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(4, 0, 0xFFFFFFFF), number(StatusCode::kBadArgument));
  EXPECT_EQ(status(4, 0, 7), 0u) << "its end";
  EXPECT_EQ(status(4, 0, 0), 0u);
  begin(trace_of(0, 1, 1));
  EXPECT_EQ(status(4, 0, 0), number(StatusCode::kBadState)) << "inputs may be written now";
}

TEST_F(Profile, budget_and_stop_at_once_is_the_budget) {
  auto options = trace_of(0, 1, 2);
  options.set_stop_after(true);
  auto request = run_of(1);
  request.set_budget_ms(1);
  *request.mutable_trace() = options;
  fake_engine().ticks_per_operator = 700;
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, request);
  send_sample(host, begun.head.call, sample_bytes(0));
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), number(StatusCode::kBudget));
  EXPECT_EQ(error_of(ask_output(1, 0, 0, 1)).status(), number(StatusCode::kBadState));
}

TEST_F(Profile, facts_of_a_clock_that_costs_3_and_counts_in_steps_of_3) {
  fake_port().ticks_per_read = 3;
  fake_port().byte_ticks = 87;
  const auto reply = facts();
  EXPECT_EQ(reply.timer_cost_min(), 3u);
  EXPECT_EQ(reply.timer_cost_median(), 3u);
  EXPECT_EQ(reply.timer_step(), 3u);
  EXPECT_GT(reply.timer_readings(), 10u);
  EXPECT_EQ(reply.hook_cost(), 3u) << "one reading, for the budget";
  EXPECT_EQ(reply.trace_cost(), 6u) << "and one behind the operator";
  EXPECT_EQ(reply.byte_ticks(), 87u);
  EXPECT_EQ(reply.agent_static_bytes(), agent::memory::static_bytes());
  EXPECT_EQ(reply.no_init_bytes(), port::no_init().size());
}

TEST_F(Profile, clock_that_stands_still_has_no_step) {
  EXPECT_EQ(facts().timer_step(), 0u);
}

TEST_F(Profile, stack_is_as_high_as_its_lowest_touched_byte) {
  EXPECT_EQ(facts().stack_bytes(), 0u) << "unknown";
  auto& stack = fake_port().stack;
  stack.assign(1000, port::kStackPaint);
  EXPECT_EQ(facts().stack_high_water_bytes(), 0u);
  stack[700] = 1;
  EXPECT_EQ(facts().stack_bytes(), 1000u);
  EXPECT_EQ(facts().stack_high_water_bytes(), 300u);
  stack[0] = 1;
  EXPECT_EQ(facts().stack_high_water_bytes(), 1000u);
}

TEST_F(Profile, facts_leave_the_trace_alone) {
  run(trace_of(0, 1, 3), 0);
  facts();
  EXPECT_EQ(parse<v1::TraceReply>(ask_trace(0, 3)).digests(2), digest_up_to(sample_bytes(0), 2));
}

}  // namespace
}  // namespace hil::test
