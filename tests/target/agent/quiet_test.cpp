// SPDX-License-Identifier: Apache-2.0
// Timed runs: when the window opens, that nothing moves in it, and what came meanwhile.
#include <gtest/gtest.h>

#include "protocol/messages/cancel.pb.h"
#include "target/agent/memory.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

class Quiet : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.open(1));
    ASSERT_NO_FATAL_FAILURE(load_fake(host));
    host.run(20);
  }
  std::uint8_t begin(std::uint32_t count, std::uint32_t budget_ms = 1000) {
    auto request = run_of(count);
    request.set_quiet(true);
    request.set_budget_ms(budget_ms);
    const Incoming begun = host.call(Service::kInfer, method::kInferBegin, request);
    EXPECT_EQ(begun.head.kind, Kind::kReply) << error_of(begun).text();
    quiet_ms = parse<v1::InferBeginReply>(begun).quiet_ms();
    return begun.head.call;
  }
  /// Two frames of the largest size, in bytes.
  static std::uint64_t two_frames() {
    return 2 * frame::max_wire_size(agent::memory::state().link.own().payload_bytes);
  }
  Host host;
  std::uint32_t quiet_ms = 0;
};

TEST_F(Quiet, gives_results_ticks_and_digests) {
  const std::uint8_t call = begin(5);
  for (std::uint32_t i = 0; i < 5; ++i) {
    send_sample(host, call, sample_bytes(i));
    const Result result = take_result(host, call);
    const auto expected = expected_outputs(sample_bytes(i), static_cast<std::uint8_t>(i));
    EXPECT_EQ(result.bytes, expected);
    EXPECT_EQ(result.last.crc32(), crc_of(expected));
    EXPECT_EQ(result.last.device_ticks(), 30u);
    EXPECT_EQ(result.last.overlap_bytes(), 0u);
    EXPECT_FALSE(result.last.stopped());
  }
}

TEST_F(Quiet, neither_reads_nor_writes_while_it_computes) {
  const std::uint8_t call = begin(1);
  std::size_t before = 0;
  std::uint32_t pins = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    EXPECT_TRUE(fake_port().paused) << "and read() complains while it is";
    if (index == 0) before = fake_port().from_agent.size();
    EXPECT_EQ(fake_port().from_agent.size(), before) << "something was sent";
    pins = fake_port().pins;
  };
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
  EXPECT_EQ(pins & 1u, 1u);
  EXPECT_EQ(fake_port().pins & 1u, 0u);
  EXPECT_FALSE(fake_port().paused);
}

TEST_F(Quiet, window_opens_two_frames_after_the_last_byte) {
  fake_port().byte_ticks = 10;
  fake_port().ticks_per_busy = two_frames();  // ten passes: this host polls after twenty
  const std::uint8_t call = begin(1);
  EXPECT_GE(quiet_ms, 1000 + two_frames() * 10 / 1000) << "the wait is announced";
  std::uint64_t opened = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 0) opened = fake_port().ticks;
  };
  const std::uint64_t sent = fake_port().ticks;
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
  EXPECT_GE(opened - sent, two_frames() * 10);
  EXPECT_LE(opened - sent, two_frames() * 12);
  EXPECT_GT(fake_port().busy_calls, 0u) << "it may not sleep: nothing would wake it";
}

TEST_F(Quiet, window_on_an_emulator_opens_when_all_is_acknowledged) {
  fake_port().emulated = true;
  fake_port().byte_ticks = 10;
  fake_port().ticks_per_busy = two_frames();
  const std::uint8_t call = begin(1);
  std::uint64_t opened = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 0) opened = fake_port().ticks;
  };
  const std::uint64_t sent = fake_port().ticks;
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
  EXPECT_EQ(opened - sent, 0u) << "it waited";
}

TEST_F(Quiet, byte_in_the_wait_makes_it_start_over) {
  fake_port().byte_ticks = 10;
  fake_port().ticks_per_busy = two_frames();  // ten passes: this host polls after twenty
  const std::uint8_t call = begin(1);
  std::uint64_t opened = 0;
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 0) opened = fake_port().ticks;
  };
  send_sample(host, call, sample_bytes(0));
  const std::uint64_t busy_calls = fake_port().busy_calls;
  while (fake_port().busy_calls < busy_calls + 5)
    host.step();
  const std::uint64_t disturbed = fake_port().ticks;
  host.send_raw(std::string(1, '\0'));
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
  EXPECT_GE(opened - disturbed, two_frames() * 10);
}

TEST_F(Quiet, window_waits_for_acknowledgements) {
  std::uint32_t inferences = 0;
  fake_engine().before_operator = [&](std::uint32_t index) { inferences += index == 0; };
  const std::uint8_t call = begin(1);
  // An answer that the host does not acknowledge: what the agent sends is lost.
  host.on_the_way_in = [](const std::string&) { return std::vector<std::string>{}; };
  host.request(Service::kTimeSync, method::kTimeSync, v1::CancelRequest{});
  host.run(5);
  send_sample(host, call, sample_bytes(0));
  host.run(200);
  EXPECT_EQ(inferences, 0u);
  host.on_the_way_in = nullptr;
  const auto answer = host.next();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->head.service, Service::kTimeSync);
  EXPECT_EQ(take_result(host, call).bytes, expected_outputs(sample_bytes(0)));
  EXPECT_EQ(inferences, 1u);
}

TEST_F(Quiet, bytes_that_came_meanwhile_are_counted_and_not_lost) {
  const std::uint8_t call = begin(2);
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index == 1) host.send_raw(std::string(17, '\0'));
  };
  send_sample(host, call, sample_bytes(0));
  EXPECT_EQ(take_result(host, call).last.overlap_bytes(), 17u);
  fake_engine().before_operator = nullptr;
  send_sample(host, call, sample_bytes(1));
  const Result second = take_result(host, call);
  EXPECT_EQ(second.last.overlap_bytes(), 0u) << "of this window only";
  EXPECT_EQ(second.bytes, expected_outputs(sample_bytes(1), 1));
}

TEST_F(Quiet, budget_ends_the_window) {
  const std::uint8_t call = begin(2, 1);
  fake_engine().ticks_per_operator = 1500;
  std::uint32_t reached = 0;
  fake_engine().before_operator = [&](std::uint32_t index) { reached = index; };
  send_sample(host, call, sample_bytes(0));
  const auto message = host.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(error_of(*message).status(), static_cast<std::uint32_t>(StatusCode::kBudget));
  EXPECT_EQ(reached, 1u);
  EXPECT_FALSE(fake_port().paused);
  fake_engine().ticks_per_operator = 10;
  fake_engine().state = 0;
  const std::uint8_t again = begin(1, 1);
  send_sample(host, again, sample_bytes(3));
  EXPECT_EQ(take_result(host, again).bytes, expected_outputs(sample_bytes(3)));
}

TEST_F(Quiet, cancel_in_the_window_comes_after_its_result) {
  const std::uint8_t call = begin(3);
  fake_engine().before_operator = [&](std::uint32_t index) {
    if (index != 1) return;
    v1::CancelRequest request;
    request.set_call(call);
    host.request(Service::kCancel, method::kCancel, request);
    host.pump();
  };
  send_sample(host, call, sample_bytes(0));
  std::optional<Incoming> answer;
  while ((answer = host.next()) && answer->head.service != Service::kCancel) {
  }
  ASSERT_TRUE(answer);
  EXPECT_TRUE(parse<v1::CancelReply>(*answer).stopped());
}

TEST_F(Quiet, cancel_before_the_window_stops_the_run) {
  fake_port().byte_ticks = 10;  // the clock stands still: the window never opens
  std::uint32_t inferences = 0;
  fake_engine().before_operator = [&](std::uint32_t) { ++inferences; };
  const std::uint8_t call = begin(3);
  send_sample(host, call, sample_bytes(0));
  host.run(20);
  v1::CancelRequest request;
  request.set_call(call);
  const auto reply = parse<v1::CancelReply>(host.call(Service::kCancel, method::kCancel, request));
  EXPECT_TRUE(reply.stopped());
  EXPECT_EQ(inferences, 0u);
}

TEST_F(Quiet, close_before_the_window_stops_the_run) {
  fake_port().byte_ticks = 10;
  const std::uint8_t call = begin(3);
  send_sample(host, call, sample_bytes(0));
  host.run(20);
  host.send_close();
  host.run(20);
  EXPECT_EQ(agent::memory::state().run.phase, agent::RunState::Phase::kIdle);
}

}  // namespace
}  // namespace hil::test
