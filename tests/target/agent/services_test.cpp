// SPDX-License-Identifier: Apache-2.0
// Hello, time sync, log, and what any message can be refused for.
#include <gtest/gtest.h>

#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/time_sync.pb.h"
#include "target/agent/memory.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/run.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

class Services : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(host.open(0xCAFE)); }
  /// The status of the error that the next message must be.
  std::uint32_t next_error() {
    const auto message = host.next();
    if (!message) return 0;
    last = *message;
    return error_of(*message).status();
  }
  static std::uint32_t number(StatusCode status) { return static_cast<std::uint32_t>(status); }
  Host host;
  Incoming last;
};

v1::HelloRequest hello_of(std::uint32_t major) {
  v1::HelloRequest request;
  request.set_protocol_major(major);
  request.set_host_version("test");
  return request;
}

TEST_F(Services, hello_says_all) {
  fake_port().emulated = true;
  const auto reply = parse<v1::HelloReply>(host.call(Service::kHello, method::kHello, hello_of(1)));
  EXPECT_EQ(reply.protocol_major(), kProtocolMajor);
  EXPECT_EQ(reply.board(), "fake");
  EXPECT_EQ(reply.core(), "none");
  EXPECT_TRUE(reply.emulated());
  EXPECT_EQ(reply.tick_hz(), 1'000'000u);
  EXPECT_EQ(reply.unique_id(), "\xAB\xAB\xAB\xAB");
  EXPECT_EQ(reply.image_id(), "\xC0\xFF\xEE");
  EXPECT_EQ(reply.slot_bytes(), 0u);
  EXPECT_EQ(reply.slot_address(), 0u);
  EXPECT_EQ(reply.engine(), "fake 1.2");
  EXPECT_EQ(reply.plan_major(), 1u);
  EXPECT_EQ(reply.model_formats(), 1u);
  ASSERT_EQ(reply.operators().size(), 32u);
  EXPECT_EQ(reply.operators()[0], 0b1011);
  EXPECT_EQ(static_cast<std::uint8_t>(reply.operators()[31]), 0x80);
  EXPECT_EQ(reply.operator_types(), "\x02\x1E\x12\x01");
  EXPECT_EQ(reply.plan_capacity_bytes(), agent::memory::state().model.slot.size());
  EXPECT_EQ(reply.arena_capacity_bytes(), agent::memory::state().model.arena.size());
  EXPECT_GT(reply.agent_static_bytes(), 500u);
  EXPECT_EQ(reply.trace_capacity(), agent::memory::state().trace.capacity());
  for (const Service service :
       {Service::kHello, Service::kModel, Service::kInfer, Service::kProfile, Service::kTimeSync,
        Service::kLog, Service::kCrash, Service::kCancel}) {
    EXPECT_TRUE((reply.services() >> static_cast<unsigned>(service)) & 1u);
  }
  EXPECT_FALSE((reply.services() >> static_cast<unsigned>(Service::kCapture)) & 1u);
}

TEST_F(Services, hello_of_another_major_is_refused_with_both) {
  const Incoming answer = host.call(Service::kHello, method::kHello, hello_of(7));
  const auto error = error_of(answer);
  EXPECT_EQ(error.status(), number(StatusCode::kUnsupported));
  EXPECT_EQ(error.text(), "the agent speaks protocol 1, the host 7");
  EXPECT_EQ(error.detail_a(), 1u);
  EXPECT_EQ(error.detail_b(), 7u);
}

TEST_F(Services, time_sync_echoes_and_stamps) {
  fake_port().ticks = 1000;
  v1::TimeSyncRequest request;
  request.set_host_send_ns(~0ull);
  const auto reply =
      parse<v1::TimeSyncReply>(host.call(Service::kTimeSync, method::kTimeSync, request));
  EXPECT_EQ(reply.host_send_ns(), ~0ull);
  EXPECT_EQ(reply.device_receive_ticks(), 1000u);
  EXPECT_EQ(reply.device_send_ticks(), 1000u);
}

TEST_F(Services, unknown_service_and_method_are_unsupported) {
  for (const auto& [service, method] :
       {std::pair<int, int>{6, 0}, {5, 7}, {4, 7}, {0, 0}, {31, 7}, {1, 1}}) {
    host.send(static_cast<Service>(service), static_cast<std::uint8_t>(method), Kind::kRequest, 9,
              "whatever");
    ASSERT_EQ(next_error(), number(StatusCode::kUnsupported));
    EXPECT_EQ(static_cast<int>(last.head.service), service);
    EXPECT_EQ(last.head.method, method);
    EXPECT_EQ(last.head.call, 9);
  }
}

TEST_F(Services, wrong_kind_is_malformed_and_answers_are_ignored) {
  host.send(Service::kHello, method::kHello, Kind::kReply, 9, hello_of(1));
  host.send(Service::kHello, method::kHello, Kind::kError, 9, hello_of(1));
  host.send(Service::kHello, method::kHello, Kind::kStream, 8, hello_of(1));
  EXPECT_EQ(next_error(), number(StatusCode::kMalformed));
  EXPECT_EQ(last.head.call, 8);
  EXPECT_FALSE(host.next());
}

TEST_F(Services, broken_body_is_malformed) {
  for (const auto& [service, method] : {std::pair{Service::kHello, method::kHello},
                                        {Service::kModel, method::kModelBegin},
                                        {Service::kModel, method::kModelCommit},
                                        {Service::kInfer, method::kInferBegin},
                                        {Service::kProfile, method::kTrace},
                                        {Service::kProfile, method::kReadOutput},
                                        {Service::kProfile, method::kFacts},
                                        {Service::kTimeSync, method::kTimeSync},
                                        {Service::kLog, method::kLogRead},
                                        {Service::kCrash, method::kForce},
                                        {Service::kCancel, method::kCancel}}) {
    host.send(service, method, Kind::kRequest, 3, std::string("\xFF\xFF\xFF"));
    EXPECT_EQ(next_error(), number(StatusCode::kMalformed)) << static_cast<int>(service);
  }
}

TEST_F(Services, over_long_message_is_refused_and_skipped) {
  const std::size_t most = agent::memory::state().link.own().message_bytes;
  host.send(Service::kModel, method::kModelData, Kind::kStream, 3, std::string(65535, 'x'));
  host.send(Service::kHello, method::kHello, Kind::kRequest, 4, std::string(most - 3, 'x'));
  v1::TimeSyncRequest request;
  host.send(Service::kTimeSync, method::kTimeSync, Kind::kRequest, 5, request);
  for (const std::uint64_t bytes : {std::uint64_t{65539}, std::uint64_t{most} + 1}) {
    ASSERT_EQ(next_error(), number(StatusCode::kTooLarge));
    EXPECT_EQ(error_of(last).detail_a(), bytes);
    EXPECT_EQ(error_of(last).detail_b(), most);
  }
  const auto answer = host.next();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->head.call, 5);
}

TEST_F(Services, longest_message_is_taken) {
  const std::size_t most = agent::memory::state().link.own().message_bytes;
  // A body of the largest size that is one unknown field.
  const std::size_t content = most - frame::kMessageHeadBytes - 4;
  std::string body = "\xA2\x06";  // field 100, length-delimited
  body.push_back(static_cast<char>((content & 0x7F) | 0x80));
  body.push_back(static_cast<char>(content >> 7));
  body += std::string(content, 'u');
  host.send(Service::kTimeSync, method::kTimeSync, Kind::kRequest, 5, body);
  const auto answer = host.next();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->head.kind, Kind::kReply);
}

TEST_F(Services, cancel_of_nothing_stops_nothing) {
  v1::CancelRequest request;
  request.set_call(1000);
  const auto reply = parse<v1::CancelReply>(host.call(Service::kCancel, method::kCancel, request));
  EXPECT_FALSE(reply.stopped());
}

}  // namespace
}  // namespace hil::test
