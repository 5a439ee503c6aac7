// SPDX-License-Identifier: Apache-2.0
// How sessions begin, end and are refused; what the agent says without one.
#include <gtest/gtest.h>

#include "protocol/messages/time_sync.pb.h"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

bool answers(Host& host) {
  v1::TimeSyncRequest request;
  request.set_host_send_ns(42);
  const Incoming answer = host.call(Service::kTimeSync, method::kTimeSync, request);
  return parse<v1::TimeSyncReply>(answer).host_send_ns() == 42;
}

TEST(Handshake, start_is_told_once) {
  Host host;
  host.run(10);
  ASSERT_EQ(host.resets.size(), 1u);
  const auto reset = frame::read_reset(host.resets[0].bytes());
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->boot_count, 1u);
  EXPECT_EQ(reset->cause, frame::ResetCause::kPowerOn);
}

TEST(Handshake, accept_carries_what_the_agent_takes) {
  Host host;
  ASSERT_TRUE(host.open(0x11223344));
  const auto accept = frame::read_accept(host.accepts.back().bytes());
  ASSERT_TRUE(accept);
  EXPECT_EQ(accept->session, 0x11223344u);
  EXPECT_EQ(accept->boot_count, 1u);
  EXPECT_TRUE(accept->crash_note.empty());
  EXPECT_GE(accept->agent.payload_bytes, 192);
  EXPECT_TRUE(answers(host));
}

TEST(Handshake, frames_without_session_are_told_so_once_per_pass) {
  Host host;
  host.run(3);
  host.resets.clear();
  for (int i = 0; i < 2; ++i)
    host.send_frame({frame::kLinkVersion, frame::Type::kPoll, 9, 0, 0, 1}, "x");
  host.run(1);
  host.pump();
  EXPECT_EQ(host.resets.size(), 1u);
}

TEST(Handshake, repeated_open_changes_nothing) {
  Host host;
  ASSERT_TRUE(host.open(5));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  host.accepts.clear();
  host.send_open(5);
  host.run(5);
  EXPECT_EQ(host.accepts.size(), 1u);
  send_sample(host, begun.head.call, sample_bytes(0));  // the run is still there
  EXPECT_EQ(take_result(host, begun.head.call).bytes, expected_outputs(sample_bytes(0)));
}

TEST(Handshake, other_version_is_refused_with_ours) {
  Host host;
  host.send_open(6, 2);
  host.run(3);
  ASSERT_EQ(host.closes.size(), 1u);
  const auto close = frame::read_close(host.closes[0].bytes());
  ASSERT_TRUE(close);
  EXPECT_EQ(close->reason, frame::CloseReason::kVersion);
  EXPECT_EQ(close->version, frame::kLinkVersion);
  EXPECT_EQ(host.closes[0].header.session, 6);
  EXPECT_TRUE(host.accepts.empty());
}

TEST(Handshake, other_version_does_not_disturb_a_session) {
  Host host;
  ASSERT_TRUE(host.open(5));
  host.send_open(6, 15);
  host.run(3);
  EXPECT_EQ(host.closes.size(), 1u);
  EXPECT_TRUE(answers(host));
}

TEST(Handshake, malformed_open_is_refused) {
  Host host;
  for (const auto& payload : {std::string("short"), std::string(17, '\0')}) {
    host.send_frame({frame::kLinkVersion, frame::Type::kOpen, 1, 0, 0, 0}, payload);
    host.run(2);
    host.pump();
    ASSERT_FALSE(host.closes.empty());
    EXPECT_EQ(frame::read_close(host.closes.back().bytes())->reason,
              frame::CloseReason::kMalformed);
    host.closes.clear();
  }
}

TEST(Handshake, late_open_of_the_replaced_session_is_ignored) {
  Host host;
  ASSERT_TRUE(host.open(100));
  ASSERT_TRUE(host.open(201));
  host.accepts.clear();
  host.send_open(100);
  host.run(5);
  EXPECT_TRUE(host.accepts.empty());
  EXPECT_TRUE(answers(host));
}

TEST(Handshake, close_ends_the_session) {
  Host host;
  ASSERT_TRUE(host.open(5));
  host.run(10);
  host.resets.clear();
  host.send_close();
  host.run(3);
  host.send_frame({frame::kLinkVersion, frame::Type::kPoll, 5, 0, 0, 1}, "x");
  host.run(3);
  EXPECT_EQ(host.resets.size(), 1u);
  EXPECT_TRUE(host.open(6));
  EXPECT_TRUE(answers(host));
}

TEST(Handshake, close_of_another_session_is_ignored) {
  Host host;
  ASSERT_TRUE(host.open(5));
  host.send_frame({frame::kLinkVersion, frame::Type::kClose, 4, 0, 0, 0}, std::string(2, '\0'));
  host.run(3);
  EXPECT_TRUE(answers(host));
}

TEST(Handshake, new_session_stops_the_run_and_keeps_the_model) {
  Host host;
  ASSERT_TRUE(host.open(5));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(2));
  send_sample(host, begun.head.call, sample_bytes(0));
  host.run(2);
  ASSERT_TRUE(host.open(6));
  host.run(20);
  EXPECT_TRUE(host.stream.empty()) << "an old result in a new session";
  const Incoming held = host.call(Service::kModel, method::kModelBegin, begin_of(fake_model(500)));
  EXPECT_TRUE(parse<v1::ModelBeginReply>(held).already_held());
  const Incoming again = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  EXPECT_EQ(again.head.kind, Kind::kReply);
}

TEST(Handshake, garbage_between_frames_does_no_harm) {
  Host host;
  host.send_raw(std::string(5000, 'g'));
  host.send_raw(std::string(3, '\0'));
  ASSERT_TRUE(host.open(5));
  host.send_raw(std::string("\x05\x01\x02\0\xFF\xFF\0", 7));
  EXPECT_TRUE(answers(host));
}

TEST(Handshake, least_limits_of_a_host_are_kept) {
  Host host;
  host.limits = frame::kLeastLimits;
  host.on_the_way_in = [](const std::string& frame) {
    EXPECT_LE(frame.size(), frame::max_wire_size(frame::kMostControlBytes));
    return std::vector<std::string>{frame};
  };
  ASSERT_TRUE(host.open(5));
  ASSERT_NO_FATAL_FAILURE(load_fake(host));
  const Incoming begun = host.call(Service::kInfer, method::kInferBegin, run_of(1));
  send_sample(host, begun.head.call, sample_bytes(3));
  EXPECT_EQ(take_result(host, begun.head.call).bytes, expected_outputs(sample_bytes(3)));
}

TEST(Handshake, line_that_takes_one_byte_at_a_time) {
  Host host;
  fake_port().room = 0;
  host.send_open(5);
  for (int i = 0; i < 200; ++i) {
    fake_port().room = 1;
    host.step();
  }
  EXPECT_EQ(host.accepts.size(), 1u);
}

TEST(Handshake, agent_rests_when_there_is_nothing_to_do) {
  Host host;
  ASSERT_TRUE(host.open(5));
  host.run(100);
  const auto before = fake_port().idle_calls;
  host.run(10);
  EXPECT_GE(fake_port().idle_calls, before + 9);
}

}  // namespace
}  // namespace hil::test
