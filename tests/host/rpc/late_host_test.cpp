// SPDX-License-Identifier: Apache-2.0
// The channel on a machine so busy that every wait ends late.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "tests/host/rpc/fake_agent.hpp"
#include "tests/host/rpc/open_channel.hpp"

namespace hil::rpc {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Longer than quick()'s silence limit of 150 ms.
constexpr milliseconds kLate{200};

/// The line to an agent, for a host that gets the processor kLate after it should.
class LateLink : public Link {
 public:
  explicit LateLink(FakeAgent& agent) : agent_(agent) {}

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    return agent_.write(bytes);
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) override {
    return agent_.read(buffer, deadline);
  }
  Status wait(bool, Deadline deadline) override {
    if (!late) return agent_.wait(false, deadline);
    if (++waits == speaks_at) agent_.mute = false;
    std::this_thread::sleep_until(deadline.at() + kLate);
    return {};
  }
  [[nodiscard]] std::uint32_t baud() const override { return 0; }
  [[nodiscard]] std::string name() const override { return "late link"; }

  bool late = false;
  int waits = 0;
  int speaks_at = 0;  ///< the wait in which the agent comes back; 0: never

 private:
  FakeAgent& agent_;
};

TEST(LateHost, DoesNotTakeItsOwnLatenessForSilence) {
  FakeAgent agent;
  echo(agent);
  LateLink link(agent);
  const auto channel = opened(link);
  agent.mute = true;
  link.late = true;
  link.speaks_at = 2;  // 400 ms by the host's clock, of which it listened to the line for few
  const auto reply = channel->call(Service::kHello, 0, std::array<std::uint8_t, 1>{5}, soon(5000));
  EXPECT_TRUE(reply.ok()) << reply.error().what;
}

TEST(LateHost, StillNoticesAnAgentThatIsSilentForGood) {
  FakeAgent agent;
  echo(agent);
  LateLink link(agent);
  const auto channel = opened(link);
  agent.mute = true;
  link.late = true;
  const auto reply =
      channel->call(Service::kHello, 0, std::array<std::uint8_t, 1>{5}, soon(20'000));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().blame, Blame::kLink);
  EXPECT_THAT(reply.error().what, HasSubstr("no answer from linux"));
  EXPECT_LE(link.waits, 10) << "each wait counts with what it should have taken, and 20 ms";
}

}  // namespace
}  // namespace hil::rpc
