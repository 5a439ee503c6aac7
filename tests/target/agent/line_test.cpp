// SPDX-License-Identifier: Apache-2.0
// The rate of the line: when it changes, when it comes back, and bytes that are echoed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/messages/hello.pb.h"
#include "protocol/messages/line.pb.h"
#include "protocol/status.hpp"
#include "target/agent/agent.hpp"
#include "tests/target/agent/fake_port.hpp"
#include "tests/target/agent/host.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;
using testing::ElementsAre;
using testing::IsEmpty;

v1::SetRateRequest rate(std::uint32_t baud) {
  v1::SetRateRequest request;
  request.set_baud(baud);
  return request;
}

v1::EchoRequest echo_of(const std::string& data) {
  v1::EchoRequest request;
  request.set_data(data);
  return request;
}

const std::vector<std::uint32_t>& rates_set() {
  return fake_port().rates_set;
}

/// A session whose line has been raised to 921,600 baud.
class Raised : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host_.open(1));
    const Incoming answer = host_.call(Service::kLine, method::kSetRate, rate(921'600));
    ASSERT_EQ(parse<v1::SetRateReply>(answer).baud(), 921'600u);
    host_.run(10);
    ASSERT_THAT(rates_set(), ElementsAre(921'600u));
    fake_port().rates_set.clear();
  }
  /// Noise: no frame, not even the end of one.
  void hear_noise(std::size_t bytes) {
    host_.send_raw(std::string(bytes, 'U'));
    for (int i = 0; i < 500 && !fake_port().to_agent.empty(); ++i)
      agent::step();  // the host says nothing meanwhile: its bytes would be noise, too
  }
  Host host_;
};

TEST(Line, hello_says_the_rates) {
  Host host;
  ASSERT_TRUE(host.open(1));
  v1::HelloRequest request;
  request.set_protocol_major(1);
  const auto hello = parse<v1::HelloReply>(host.call(Service::kHello, method::kHello, request));
  EXPECT_THAT(hello.bauds(), ElementsAre(9600u, 115'200u, 921'600u));
  EXPECT_NE(hello.services() & (1u << 14), 0u);
}

TEST(Line, the_rate_changes_when_the_answer_has_been_acknowledged) {
  Host host;
  ASSERT_TRUE(host.open(1));
  // The host goes deaf: the agent's answer leaves and is never acknowledged.
  host.on_the_way_in = [](const std::string&) { return std::vector<std::string>(); };
  host.request(Service::kLine, method::kSetRate, rate(115'200));
  host.run(30);
  EXPECT_THAT(rates_set(), IsEmpty());
  host.on_the_way_in = nullptr;
  const auto answer = host.next();  // the host's poll has it sent again
  ASSERT_TRUE(answer);
  EXPECT_EQ(parse<v1::SetRateReply>(*answer).baud(), 115'200u);
  host.run(10);
  EXPECT_THAT(rates_set(), ElementsAre(115'200u));
}

TEST(Line, a_rate_that_the_last_session_asked_for_is_forgotten_with_it) {
  Host host;
  ASSERT_TRUE(host.open(1));
  host.on_the_way_in = [](const std::string&) { return std::vector<std::string>(); };
  host.request(Service::kLine, method::kSetRate, rate(115'200));
  host.run(30);  // the answer has left, and is never acknowledged
  host.on_the_way_in = nullptr;
  ASSERT_TRUE(host.open(2));
  host.run(30);
  EXPECT_THAT(rates_set(), IsEmpty()) << "the new session speaks at the first rate";
}

TEST(Line, a_rate_that_is_not_offered_is_refused) {
  Host host;
  ASSERT_TRUE(host.open(1));
  for (const std::uint32_t baud : {1u, 115'201u, 4'294'967'295u}) {
    const auto error = error_of(host.call(Service::kLine, method::kSetRate, rate(baud)));
    EXPECT_EQ(error.status(), static_cast<std::uint32_t>(StatusCode::kBadArgument)) << baud;
  }
  host.run(10);
  EXPECT_THAT(rates_set(), IsEmpty());
}

TEST(Line, a_line_without_rates_has_none_to_offer) {
  Host host;
  fake_port().bauds.clear();
  ASSERT_TRUE(host.open(1));
  v1::HelloRequest request;
  request.set_protocol_major(1);
  const auto hello = parse<v1::HelloReply>(host.call(Service::kHello, method::kHello, request));
  EXPECT_THAT(hello.bauds(), IsEmpty());
  EXPECT_NE(error_of(host.call(Service::kLine, method::kSetRate, rate(9600))).status(), 0u);
}

TEST_F(Raised, comes_back_when_the_session_is_closed) {
  host_.send_close();
  host_.run(5);
  EXPECT_THAT(rates_set(), ElementsAre(0u));
}

TEST_F(Raised, comes_back_when_asked_to) {
  host_.call(Service::kLine, method::kSetRate, rate(0));
  host_.run(10);
  EXPECT_THAT(rates_set(), ElementsAre(0u));
  hear_noise(2 * frame::kMostUnheardBytes);
  EXPECT_THAT(rates_set(), ElementsAre(0u)) << "it is there already";
}

TEST_F(Raised, comes_back_when_only_noise_is_heard) {
  // The whole of what the host has said so far is heard: acknowledgements too.
  hear_noise(frame::kMostUnheardBytes - 1);
  EXPECT_THAT(rates_set(), IsEmpty());
  hear_noise(1);
  EXPECT_THAT(rates_set(), ElementsAre(0u));
}

TEST_F(Raised, one_good_frame_in_the_noise_keeps_it) {
  for (int i = 0; i < 5; ++i) {
    hear_noise(frame::kMostUnheardBytes - 1000);
    host_.send_raw(std::string(1, '\0'));
    EXPECT_EQ(parse<v1::EchoReply>(host_.call(Service::kLine, method::kEcho, echo_of("x"))).data(),
              "x");
  }
  EXPECT_THAT(rates_set(), IsEmpty());
}

TEST_F(Raised, the_session_goes_on_at_the_first_rate) {
  hear_noise(frame::kMostUnheardBytes);
  host_.send_raw(std::string(1, '\0'));
  EXPECT_EQ(parse<v1::EchoReply>(host_.call(Service::kLine, method::kEcho, echo_of("abc"))).data(),
            "abc");
}

TEST(Line, noise_at_the_first_rate_changes_nothing) {
  Host host;
  ASSERT_TRUE(host.open(1));
  for (int i = 0; i < 12; ++i) {
    host.send_raw(std::string(frame::kMostUnheardBytes, 'U'));
    host.run(20);
  }
  EXPECT_THAT(rates_set(), IsEmpty());
}

TEST(Line, echo_gives_every_byte_back) {
  Host host;
  ASSERT_TRUE(host.open(1));
  std::string all(256, '\0');
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<char>(i);
  const auto accept = frame::read_accept(host.accepts.back().bytes());
  ASSERT_TRUE(accept);
  const std::size_t window = std::size_t{accept->agent.window} * accept->agent.payload_bytes;
  const std::size_t most =
      std::min<std::size_t>({accept->agent.message_bytes, host.limits.message_bytes, window});
  const std::size_t room = most - frame::kMessageHeadBytes - 3;
  const auto longest = std::string(room, '\x55');
  for (const std::string& data : {std::string(), std::string("a"), all.substr(0, room), longest,
                                  std::string(room, '\0'), std::string(room, '\xFF')}) {
    for (int twice = 0; twice < 2; ++twice) {
      const Incoming answer = host.call(Service::kLine, method::kEcho, echo_of(data));
      EXPECT_EQ(parse<v1::EchoReply>(answer).data(), data) << data.size();
    }
  }
}

TEST(Line, an_echo_that_the_host_does_not_take_is_an_error) {
  Host host;
  host.limits.message_bytes = 64;
  ASSERT_TRUE(host.open(1));
  const auto error =
      error_of(host.call(Service::kLine, method::kEcho, echo_of(std::string(100, 'a'))));
  EXPECT_EQ(error.status(), static_cast<std::uint32_t>(StatusCode::kTooLarge));
}

TEST(Line, bodies_that_are_no_such_message_are_refused) {
  Host host;
  ASSERT_TRUE(host.open(1));
  host.send(Service::kLine, method::kEcho, Kind::kRequest, 9, std::string("\x0A\x05z", 3));
  auto answer = host.next();
  ASSERT_TRUE(answer);
  EXPECT_EQ(error_of(*answer).status(), static_cast<std::uint32_t>(StatusCode::kMalformed));
  host.send(Service::kLine, method::kEcho, Kind::kRequest, 10, std::string("\x08\x05", 2));
  answer = host.next();  // a number where the bytes should be
  ASSERT_TRUE(answer);
  EXPECT_EQ(error_of(*answer).status(), static_cast<std::uint32_t>(StatusCode::kMalformed));
}

}  // namespace
}  // namespace hil::test
