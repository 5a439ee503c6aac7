// SPDX-License-Identifier: Apache-2.0
// Runs: results, parts, digests, budgets, cancels, and samples that are not what they should be.
#include <gtest/gtest.h>

#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/time_sync.pb.h"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

class Infer : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.open(1));
    ASSERT_NO_FATAL_FAILURE(load_fake(host));
  }
  static std::uint32_t number(StatusCode status) { return static_cast<std::uint32_t>(status); }
  std::uint8_t begin(const v1::InferBeginRequest& request) {
    const Incoming begun = host.call(Service::kInfer, method::kInferBegin, request);
    EXPECT_EQ(begun.head.kind, Kind::kReply) << error_of(begun).text();
    host.busies.clear();
    return begun.head.call;
  }
  void send_part(std::uint8_t call, std::uint32_t tensor, std::uint32_t offset, std::size_t size,
                 bool more) {
    v1::InferInput part;
    part.set_tensor(tensor);
    part.set_offset(offset);
    part.set_data(std::string(size, 'p'));
    part.set_more(more);
    host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, part);
  }
  std::uint8_t queue_cancel(std::uint8_t call) {
    v1::CancelRequest request;
    request.set_call(call);
    return host.request(Service::kCancel, method::kCancel, request);
  }
  /// Fails the test unless the next message is that error of that run.
  v1::ErrorReply expect_error(std::uint8_t call, StatusCode status) {
    const auto message = host.next();
    if (!message) {
      ADD_FAILURE() << "no error came";
      return {};
    }
    EXPECT_EQ(message->head.service, Service::kInfer);
    EXPECT_EQ(message->head.call, call);
    const auto error = error_of(*message);
    EXPECT_EQ(error.status(), number(status)) << error.text();
    return error;
  }
  Host host;
};

TEST_F(Infer, results_come_numbered_and_in_order) {
  auto request = run_of(20);
  request.set_first_sample(7);
  request.set_reset_state(true);
  const std::uint8_t call = begin(request);
  for (std::uint32_t i = 0; i < 20; ++i)
    send_sample(host, call, sample_bytes(i), 30);
  for (std::uint32_t i = 0; i < 20; ++i) {
    const Result result = take_result(host, call);
    const auto expected = expected_outputs(sample_bytes(i), static_cast<std::uint8_t>(i));
    ASSERT_EQ(result.bytes, expected) << i;
    EXPECT_EQ(result.last.sample(), 7 + i);
    EXPECT_EQ(result.last.crc32(), crc_of(expected));
    EXPECT_EQ(result.last.device_ticks(), 30u);
  }
  EXPECT_FALSE(host.next());
  ASSERT_FALSE(host.busies.empty());
  EXPECT_EQ(frame::read_busy(host.busies.back().bytes())->quiet_ms, 0u);
}

TEST_F(Infer, run_announces_its_silence) {
  auto request = run_of(1);
  request.set_budget_ms(400);
  host.busies.clear();
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, request);
  const auto quiet = parse<v1::InferBeginReply>(begun).quiet_ms();
  EXPECT_GE(quiet, 400u);
  ASSERT_EQ(host.busies.size(), 1u);
  EXPECT_EQ(frame::read_busy(host.busies[0].bytes())->quiet_ms, quiet);
}

TEST_F(Infer, digests_only_when_asked) {
  auto request = run_of(1);
  request.set_crc_only(true);
  const std::uint8_t call = begin(request);
  send_sample(host, call, sample_bytes(1));
  const Result result = take_result(host, call);
  EXPECT_TRUE(result.bytes.empty());
  EXPECT_EQ(result.last.crc32(), crc_of(expected_outputs(sample_bytes(1))));
}

TEST_F(Infer, state_is_reset_only_when_asked) {
  const std::uint8_t call = begin(run_of(3));
  for (std::uint32_t i = 0; i < 3; ++i) {
    if (i == 2) {
      v1::InferInput reset;
      reset.set_more(true);
      reset.set_reset_state(true);
      host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, reset);
    }
    send_sample(host, call, sample_bytes(0));
    const std::uint8_t state = i == 1 ? 1 : 0;
    EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0), state)) << i;
  }
}

TEST_F(Infer, begin_is_refused_where_it_makes_no_sense) {
  const auto refused = [&](const v1::InferBeginRequest& request) {
    return error_of(host.call(Service::kInfer, method::kInferBegin, request)).status();
  };
  EXPECT_EQ(refused(run_of(0)), number(StatusCode::kBadArgument));
  auto no_budget = run_of(1);
  no_budget.set_budget_ms(0);
  EXPECT_EQ(refused(no_budget), number(StatusCode::kBadArgument));
  begin(run_of(1));
  EXPECT_EQ(refused(run_of(1)), number(StatusCode::kBadState));
  const Incoming model = host.call(Service::kModel, method::kModelBegin, begin_of("F"));
  EXPECT_EQ(error_of(model).status(), number(StatusCode::kBadState));
}

TEST_F(Infer, without_model_is_refused) {
  const Incoming model = host.call(Service::kModel, method::kModelBegin, begin_of("F"));
  EXPECT_EQ(model.head.kind, Kind::kReply);
  Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  EXPECT_EQ(error_of(begun).status(), number(StatusCode::kBadState)) << "an upload is going on";
  upload(host, "bad");
  begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  EXPECT_EQ(error_of(begun).status(), number(StatusCode::kNoModel));
}

TEST_F(Infer, input_without_run_is_refused) {
  send_part(44, 0, 0, 1, false);
  expect_error(44, StatusCode::kBadState);
}

TEST_F(Infer, input_of_another_call_leaves_the_run_alone) {
  const std::uint8_t call = begin(run_of(1));
  send_part(call ^ 1, 0, 0, 1, false);
  expect_error(call ^ 1, StatusCode::kBadState);
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
}

TEST_F(Infer, parts_that_do_not_follow_each_other_end_the_run) {
  struct Part {
    std::uint32_t tensor, offset;
    std::size_t size;
  };
  for (const Part part : {Part{0, 1, 10}, Part{0, 0, 101}, Part{1, 0, 5}, Part{2, 0, 1},
                          Part{0xFFFFFFFF, 0xFFFFFFFF, 1}}) {
    auto request = run_of(3);
    request.set_first_sample(9);
    const std::uint8_t call = begin(request);
    send_part(call, part.tensor, part.offset, part.size, true);
    const auto error = expect_error(call, StatusCode::kBadArgument);
    EXPECT_EQ(error.sample(), 9u);
    send_part(call, 0, 0, 100, true);  // of a run that has ended: dropped
    EXPECT_FALSE(host.next());
  }
}

TEST_F(Infer, sample_that_lacks_bytes_ends_the_run) {
  const std::uint8_t call = begin(run_of(3));
  send_part(call, 0, 0, 100, true);
  send_part(call, 1, 0, 4, false);
  const auto error = expect_error(call, StatusCode::kBadArgument);
  EXPECT_EQ(error.text(), "sample 0: input 1 got 4 of 5 bytes");
  EXPECT_EQ(error.detail_a(), 4u);
  EXPECT_EQ(error.detail_b(), 5u);
}

TEST_F(Infer, broken_part_ends_the_run) {
  const std::uint8_t call = begin(run_of(3));
  host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, std::string("\xFF"));
  expect_error(call, StatusCode::kMalformed);
}

TEST_F(Infer, number_where_bytes_should_be_ends_the_run) {
  for (const auto* field : {"\x18\x7F",
                            "\x1D"
                            "abcd",
                            "\x19"
                            "abcdefgh"}) {  // field 3
    const std::uint8_t call = begin(run_of(3));
    host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, std::string(field));
    expect_error(call, StatusCode::kMalformed);
  }
}

TEST_F(Infer, fields_in_any_order_are_understood) {
  // InferInput of sample bytes with data (field 3) before tensor and offset.
  const std::uint8_t call = begin(run_of(1));
  const std::string bytes = sample_bytes(0);
  std::string first = "\x1A\x64" + bytes.substr(0, 100) + std::string("\x20\x01\x08\x00", 4);
  std::string second = "\x1A\x05" + bytes.substr(100) + std::string("\x08\x01", 2);
  host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, first);
  host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, second);
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(bytes));
}

TEST_F(Infer, run_beyond_its_budget_is_stopped) {
  auto request = run_of(2);
  request.set_budget_ms(1);
  fake_engine().ticks_per_operator = 1500;  // ticks are microseconds
  const std::uint8_t call = begin(request);
  std::uint32_t reached = 0;
  fake_engine().before_operator = [&](std::uint32_t index) { reached = index; };
  send_sample(host, call, sample_bytes(0));
  const auto error = expect_error(call, StatusCode::kBudget);
  EXPECT_EQ(error.sample(), 0u);
  EXPECT_EQ(reached, 1u) << "stopped at the end of the operator that went over";
}

TEST_F(Infer, last_operator_counts_for_the_budget) {
  auto request = run_of(1);
  request.set_budget_ms(1);
  fake_engine().ticks_per_operator = 400;
  const std::uint8_t call = begin(request);
  send_sample(host, call, sample_bytes(0));
  expect_error(call, StatusCode::kBudget);
}

TEST_F(Infer, session_goes_on_after_a_run_beyond_its_budget) {
  auto request = run_of(3);
  request.set_budget_ms(1);
  fake_engine().ticks_per_operator = 1500;
  const std::uint8_t call = begin(request);
  for (std::uint32_t i = 0; i < 3; ++i)
    send_sample(host, call, sample_bytes(i));
  expect_error(call, StatusCode::kBudget);
  EXPECT_FALSE(host.next()) << "samples behind the one that was stopped are dropped";
  request.set_budget_ms(5);
  const std::uint8_t again = begin(request);
  for (std::uint32_t i = 0; i < 3; ++i) {
    fake_engine().state = 0;
    send_sample(host, again, sample_bytes(i));
    EXPECT_EQ(take_result(host, again).bytes, expected_outputs(sample_bytes(i))) << i;
  }
}

TEST_F(Infer, failing_engine_ends_the_run) {
  fake_engine().result = StatusCode::kInternal;
  const std::uint8_t call = begin(run_of(2));
  send_sample(host, call, sample_bytes(0));
  expect_error(call, StatusCode::kInternal);
}

TEST_F(Infer, cancel_overtakes_queued_inputs) {
  const std::uint8_t call = begin(run_of(100));
  std::uint32_t inferences = 0;
  std::uint8_t cancel = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 0) ++inferences;
    if (index == 1) {  // while the first sample computes: one more comes, then the cancel
      if (inferences == 1) cancel = queue_cancel(call);
      for (int i = 0; i < 3; ++i)
        host.pump();
    }
  };
  send_sample(host, call, sample_bytes(0));
  send_sample(host, call, sample_bytes(1));
  std::optional<Incoming> answer;
  while ((answer = host.next()) && answer->head.service != Service::kCancel) {
  }
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->head.call, cancel);
  EXPECT_TRUE(parse<v1::CancelReply>(*answer).stopped());
  EXPECT_EQ(inferences, 1u);
  EXPECT_FALSE(host.next()) << "inputs of the cancelled run are dropped";
  fake_engine().before_operator = nullptr;
  fake_engine().state = 0;
  const std::uint8_t again = begin(run_of(1));
  send_sample(host, again, sample_bytes(5));
  EXPECT_EQ(take_result(host, again).bytes, expected_outputs(sample_bytes(5)));
}

TEST_F(Infer, cancel_of_a_waiting_run) {
  const std::uint8_t call = begin(run_of(2));
  queue_cancel(call);
  const auto first = host.next();
  ASSERT_TRUE(first);
  EXPECT_TRUE(parse<v1::CancelReply>(*first).stopped());
  queue_cancel(call);
  const auto second = host.next();
  ASSERT_TRUE(second);
  EXPECT_FALSE(parse<v1::CancelReply>(*second).stopped());
}

TEST_F(Infer, close_in_mid_run_stops_it) {
  const std::uint8_t call = begin(run_of(2));
  std::uint32_t reached = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    reached = index;
    if (index == 0) host.send_close();
  };
  send_sample(host, call, sample_bytes(0));
  host.run(50);
  EXPECT_EQ(reached, 0u);
  EXPECT_TRUE(host.stream.empty());
  fake_engine().before_operator = nullptr;
  ASSERT_TRUE(host.open(77));
  const std::uint8_t again = begin(run_of(1));
  send_sample(host, again, sample_bytes(5));
  EXPECT_EQ(take_result(host, again).bytes, expected_outputs(sample_bytes(5)));
}

TEST_F(Infer, new_session_in_mid_run_drops_its_result) {
  const std::uint8_t call = begin(run_of(2));
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 2) host.send_open(99);  // the last operator: the result would be complete
  };
  send_sample(host, call, sample_bytes(0));
  host.run(10);
  fake_engine().before_operator = nullptr;
  ASSERT_TRUE(host.open(99));
  host.run(20);
  EXPECT_TRUE(host.stream.empty());
}

TEST_F(Infer, results_share_frames_when_inputs_are_queued) {
  fake_engine().outputs = {std::vector<std::uint8_t>(12)};
  fake_engine().inputs = {std::vector<std::uint8_t>(4)};
  const std::uint8_t call = begin(run_of(12));
  for (std::uint32_t i = 0; i < 12; ++i)
    send_sample(host, call, sample_bytes(i));
  host.data_frames_in = 0;
  for (std::uint32_t i = 0; i < 12; ++i)
    ASSERT_EQ(take_result(host, call).bytes,
              expected_outputs(sample_bytes(i), static_cast<std::uint8_t>(i)));
  EXPECT_LE(host.data_frames_in, 4u);
}

TEST_F(Infer, result_does_not_wait_for_the_next_input) {
  const std::uint8_t call = begin(run_of(2));
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
}

TEST_F(Infer, time_on_the_line_is_not_the_models) {
  const std::uint8_t call = begin(run_of(1));
  fake_engine().before_operator = [](std::uint32_t) { fake_port().ticks += 5; };
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).last.device_ticks(), 45u);
}

TEST_F(Infer, other_calls_are_answered_during_a_run) {
  const std::uint8_t call = begin(run_of(1));
  const Incoming answer = host.call(Service::kTimeSync, method::kTimeSync, v1::TimeSyncRequest{});
  EXPECT_EQ(answer.head.kind, Kind::kReply);
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
}

}  // namespace
}  // namespace hil::test
