// SPDX-License-Identifier: Apache-2.0
// What a broken agent may say to the channel: each lie is a kDevice error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/rpc/channel.hpp"
#include "host/rpc/typed_call.hpp"
#include "protocol/messages/time_sync.pb.h"
#include "tests/host/rpc/fake_agent.hpp"
#include "tests/host/rpc/open_channel.hpp"

namespace hil::rpc {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;
namespace v1 = hilbench::v1;

constexpr const char* kFlash = "flash the agent again; report it if it happens again";

/// What the agent may not do; each ends the channel with a kDevice error.
struct Lie {
  const char* name;
  void (*tell)(FakeAgent& agent, const Message& request);
  const char* says;
  const char* hint = kFlash;
};

class LyingAgent : public testing::TestWithParam<Lie> {};

TEST_P(LyingAgent, IsCaught) {
  FakeAgent agent;
  const Lie& lie = GetParam();
  agent.on_message = [&](const Message& message) { lie.tell(agent, message); };
  const auto channel = opened(agent);
  const auto reply =
      call<v1::TimeSyncReply>(*channel, Service::kTimeSync, 0, v1::TimeSyncRequest{}, soon(500));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().blame, Blame::kDevice) << reply.error().what;
  EXPECT_THAT(reply.error().what, HasSubstr(lie.says));
  EXPECT_EQ(reply.error().hint, lie.hint);
}

const Lie kLies[] = {
    {"BadProtobuf",
     [](FakeAgent& agent, const Message& m) {
       agent.answer(m, Kind::kReply, Bytes{0x08, 0xFF, 0xFF});
     },
     "the agent sent a message that is not a valid hilbench.v1.TimeSyncReply",
     "agent and host may be of different versions: flash the agent again"},
    {"WrongCall",
     [](FakeAgent& agent, const Message& m) {
       Message other = m;
       other.head.call = 33;
       agent.answer(other, Kind::kReply, Bytes{});
     },
     "the agent sent a message for call 33, which nobody made"},
    {"WrongMethod",
     [](FakeAgent& agent, const Message& m) {
       Message other = m;
       other.head.method = 5;
       agent.answer(other, Kind::kReply, Bytes{});
     },
     "the agent answered call 1 as service 8 method 5"},
    {"SendsARequest",
     [](FakeAgent& agent, const Message& m) {
       agent.answer(m, Kind::kStream, Bytes{});
       Message other = m;
       other.head.kind = Kind::kRequest;
       agent.send(other.head, {});
     },
     "the agent sent a message for call 1, which nobody made"},
    {"UnreadableError",
     [](FakeAgent& agent, const Message& m) { agent.answer(m, Kind::kError, Bytes{0xFF}); },
     "the agent sent an error that can't be read"},
    {"OverlongMessage",
     [](FakeAgent& agent, const Message&) {
       agent.send_raw_message(Bytes{0xFF, 0xFF, 0x40, 0x40});
     },
     "the agent sent a message of 65539 bytes, 65535 were agreed"},
    {"NeverAnswers", [](FakeAgent&, const Message&) {},
     "no reply from linux within 0.5 s, though its link is alive",
     "allow more time, or reset the board"},
    {"BrokenDatagram",
     [](FakeAgent& agent, const Message&) {
       agent.send_datagram({0, Service::kLog, 0, Kind::kStream, 0}, Bytes{0xFF});
     },
     "the agent sent a log line that can't be read"},
    {"HeadlessDatagram",
     [](FakeAgent& agent, const Message&) {
       agent.send_raw_datagram(Bytes{1, 2, 3});
     },
     "the agent sent a datagram without a head"},
    {"EndlessStream",
     [](FakeAgent& agent, const Message& m) {
       for (int i = 0; i < 5000; ++i)
         agent.answer(m, Kind::kStream, Bytes{1});
     },
     "the agent sent 4096 messages that nobody asked for", "reset the board"},
};

INSTANTIATE_TEST_SUITE_P(Lies, LyingAgent, testing::ValuesIn(kLies),
                         [](const auto& lie) { return std::string(lie.param.name); });

}  // namespace
}  // namespace hil::rpc
