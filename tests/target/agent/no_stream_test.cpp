// SPDX-License-Identifier: Apache-2.0
// An agent whose configuration has no streams and no energy runs says so, and has nothing of them.
#include <gtest/gtest.h>

#include "protocol/messages/energy.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/stream.pb.h"
#include "target/agent/extension.hpp"
#include "tests/target/agent/host.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

TEST(NoEnergyRuns, AreNotInHelloAndRefused) {
  EXPECT_EQ(agent::kExtension.work, nullptr);
  Host host;
  ASSERT_TRUE(host.open(1));
  v1::HelloRequest hello;
  hello.set_protocol_major(kProtocolMajor);
  const auto reply = parse<v1::HelloReply>(host.call(Service::kHello, method::kHello, hello));
  EXPECT_FALSE((reply.services() >> static_cast<unsigned>(Service::kEnergy)) & 1u);
  for (const std::uint8_t method :
       {method::kEnergyRun, method::kEnergyStash, method::kEnergyFacts, method::kEnergyI2c}) {
    const auto error = error_of(host.call(Service::kEnergy, method, v1::EnergyFactsRequest{}));
    EXPECT_EQ(error.status(), static_cast<std::uint32_t>(StatusCode::kUnsupported));
  }
}

TEST(NoStreams, AreNotInHelloAndRefused) {
  EXPECT_EQ(agent::kExtension.handle, nullptr);
  EXPECT_EQ(agent::kExtension.next_datagram, nullptr);
  Host host;
  ASSERT_TRUE(host.open(1));
  v1::HelloRequest hello;
  hello.set_protocol_major(kProtocolMajor);
  const auto reply = parse<v1::HelloReply>(host.call(Service::kHello, method::kHello, hello));
  EXPECT_FALSE((reply.services() >> static_cast<unsigned>(Service::kStream)) & 1u);
  for (const std::uint8_t method :
       {method::kStreamList, method::kStreamBegin, method::kStreamEnd}) {
    const auto error = error_of(host.call(Service::kStream, method, v1::StreamListRequest{}));
    EXPECT_EQ(error.status(), static_cast<std::uint32_t>(StatusCode::kUnsupported));
  }
}

}  // namespace
}  // namespace hil::test
