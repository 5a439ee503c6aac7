// SPDX-License-Identifier: Apache-2.0
// Samples that follow begin at once, and several samples in one message.
#include <gtest/gtest.h>

#include "protocol/messages/cancel.pb.h"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

class Packed : public testing::Test {
 protected:
  void load(std::size_t inputs, std::size_t bytes = 20) {
    ASSERT_TRUE(host.open(1));
    fake_engine().inputs.assign(inputs, std::vector<std::uint8_t>(bytes));
    fake_engine().outputs = {std::vector<std::uint8_t>(12)};
    const Incoming loaded = upload(host, fake_model(500));
    ASSERT_EQ(loaded.head.kind, Kind::kReply) << error_of(loaded).text();
  }
  /// Queues samples @p first to @p first + @p count - 1 in one message.
  void send_pack(std::uint8_t call, std::uint32_t first, std::uint32_t count, bool reset = false,
                 const std::string& behind = "") {
    v1::InferInput part;
    for (std::uint32_t i = first; i < first + count; ++i)
      part.mutable_data()->append(sample_bytes(i));
    part.mutable_data()->append(behind);
    part.set_reset_state(reset);
    host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, part);
  }
  std::uint8_t begin(std::uint32_t count) {
    return host.request(Service::kInfer, method::kInferBegin, run_of(count));
  }
  void expect_begun(std::uint8_t call) {
    const auto begun = host.next();
    ASSERT_TRUE(begun);
    EXPECT_EQ(begun->head.kind, Kind::kReply);
    EXPECT_EQ(begun->head.call, call);
  }
  void expect_result(std::uint8_t call, std::uint32_t number, std::uint8_t state) {
    const Result result = take_result(host, call);
    EXPECT_EQ(result.last.sample(), number);
    EXPECT_EQ(result.bytes, expected_outputs(sample_bytes(number), state)) << number;
  }
  Host host;
};

TEST_F(Packed, samples_that_share_a_message_are_computed_one_by_one) {
  ASSERT_NO_FATAL_FAILURE(load(1));
  const std::uint8_t call = begin(7);
  send_pack(call, 0, 4);
  send_pack(call, 4, 1);
  send_pack(call, 5, 2);
  ASSERT_NO_FATAL_FAILURE(expect_begun(call));
  for (std::uint32_t i = 0; i < 7; ++i)
    expect_result(call, i, static_cast<std::uint8_t>(i));
  EXPECT_FALSE(host.next());
}

TEST_F(Packed, only_the_first_of_them_starts_from_the_initial_state) {
  ASSERT_NO_FATAL_FAILURE(load(1));
  const std::uint8_t call = begin(4);
  send_pack(call, 0, 1);
  send_pack(call, 1, 3, true);
  ASSERT_NO_FATAL_FAILURE(expect_begun(call));
  expect_result(call, 0, 0);
  for (std::uint32_t i = 1; i < 4; ++i)
    expect_result(call, i, static_cast<std::uint8_t>(i - 1));
}

TEST_F(Packed, bytes_that_make_no_whole_sample_are_named) {
  ASSERT_NO_FATAL_FAILURE(load(1));
  const std::uint8_t call = begin(9);
  send_pack(call, 0, 2, false, "xyz");
  ASSERT_NO_FATAL_FAILURE(expect_begun(call));
  expect_result(call, 0, 0);
  expect_result(call, 1, 1);
  const auto error = host.next();
  ASSERT_TRUE(error);
  EXPECT_EQ(error_of(*error).text(), "sample 2: input 0 got 3 of 20 bytes");
  EXPECT_EQ(error_of(*error).sample(), 2u);
  const std::uint8_t again = begin(1);
  ASSERT_NO_FATAL_FAILURE(expect_begun(again)) << "the rest of the message is gone";
}

TEST_F(Packed, samples_beyond_the_announced_ones_are_dropped) {
  ASSERT_NO_FATAL_FAILURE(load(1));
  const std::uint8_t call = begin(2);
  send_pack(call, 0, 5);
  ASSERT_NO_FATAL_FAILURE(expect_begun(call));
  expect_result(call, 0, 0);
  expect_result(call, 1, 1);
  EXPECT_FALSE(host.next());
  const std::uint8_t again = begin(1);
  send_pack(again, 7, 1);
  ASSERT_NO_FATAL_FAILURE(expect_begun(again));
  EXPECT_EQ(take_result(host, again).last.sample(), 0u);
}

TEST_F(Packed, a_model_of_two_inputs_takes_no_packs) {
  ASSERT_NO_FATAL_FAILURE(load(2));
  const std::uint8_t call = begin(2);
  send_pack(call, 0, 1);
  ASSERT_NO_FATAL_FAILURE(expect_begun(call));
  const auto error = host.next();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->head.kind, Kind::kError);
}

TEST_F(Packed, a_cancel_drops_the_rest_of_the_message) {
  ASSERT_NO_FATAL_FAILURE(load(1));
  const std::uint8_t call = begin(9);
  send_pack(call, 0, 5);
  v1::CancelRequest request;
  request.set_call(call);
  const std::uint8_t cancel = host.request(Service::kCancel, method::kCancel, request);
  bool stopped = false;
  while (const auto message = host.next())
    stopped |= message->head.call == cancel && parse<v1::CancelReply>(*message).stopped();
  EXPECT_TRUE(stopped);
  const std::uint8_t again = begin(1);
  send_pack(again, 0, 1);
  ASSERT_NO_FATAL_FAILURE(expect_begun(again));
  EXPECT_EQ(take_result(host, again).last.sample(), 0u);
}

TEST_F(Packed, a_refused_run_says_so_once_however_many_samples_follow) {
  ASSERT_NO_FATAL_FAILURE(load(1));
  const std::uint8_t call = begin(0);
  for (std::uint32_t i = 0; i < 5; ++i)
    send_pack(call, i, 2);
  const auto error = host.next();
  ASSERT_TRUE(error);
  EXPECT_EQ(error_of(*error).text(), "a run of 0 samples");
  EXPECT_EQ(error->head.call, call);
  EXPECT_FALSE(host.next());
  const std::uint8_t again = begin(1);
  send_pack(again, 0, 1);
  ASSERT_NO_FATAL_FAILURE(expect_begun(again));
  expect_result(again, 0, 0);
}

}  // namespace
}  // namespace hil::test
