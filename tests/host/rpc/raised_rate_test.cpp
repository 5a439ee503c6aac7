// SPDX-License-Identifier: Apache-2.0
// Frames at a raised rate: few broken ones must not make the agent leave it.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "host/rpc/frame_size.hpp"
#include "protocol/frame/control.hpp"
#include "protocol/frame/frame.hpp"
#include "tests/host/rpc/open_channel.hpp"

namespace hil::rpc {
namespace {

/// An agent on a line with a rate; keeps how long the longest frame to it was.
class RatedAgent : public FakeAgent {
 public:
  explicit RatedAgent(std::uint32_t baud) : FakeAgent(settings()), baud_(baud) { echo(*this); }
  std::size_t longest = 0;  ///< bytes; on such a line frames go one by one

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    longest = std::max(longest, bytes.size());
    return FakeAgent::write(bytes);
  }
  [[nodiscard]] std::uint32_t baud() const override { return baud_; }
  Status set_baud(std::uint32_t baud) override {
    baud_ = baud;
    return {};
  }

 private:
  static Settings settings() {
    Settings settings;
    settings.limits = {4096, 16'384, 16};
    return settings;
  }
  std::uint32_t baud_;
};

/// So much that frames are as large as they get.
void talk(Channel& channel) {
  const std::vector<std::uint8_t> body(8000, 0x11);
  for (int i = 0; i < 12; ++i) {
    const auto reply = channel.call(Service::kHello, 1, body, soon(20'000));
    ASSERT_TRUE(reply.ok()) << reply.error().what;
    ASSERT_EQ(reply->body, body);
  }
}

TEST(RaisedRate, FourBrokenFramesAreNotEnoughToLeaveIt) {
  RatedAgent agent(115'200);
  const auto channel = opened(agent);
  ASSERT_TRUE(channel);
  ASSERT_TRUE(agent.set_baud(921'600).ok());
  channel->line_changed();
  talk(*channel);
  EXPECT_GT(agent.longest, frame::kMostUnheardBytes / 5) << "yet large enough to cost little";
  EXPECT_LT(4 * agent.longest, frame::kMostUnheardBytes);
}

TEST(RaisedRate, WhereTheLineStartedThereFramesAreAsLargeAsTheAgentTakes) {
  RatedAgent agent(921'600);
  const auto channel = opened(agent);
  ASSERT_TRUE(channel);
  talk(*channel);
  EXPECT_GT(agent.longest, 4000u);
}

TEST(RaisedRate, FramesAreNoLargerThanTheyWereLimitedToUntilTheLimitIsTakenBack) {
  RatedAgent agent(921'600);
  const auto channel = opened(agent);
  ASSERT_TRUE(channel);
  for (const std::size_t limit : {500u, 1u}) {
    channel->limit_frames(limit);
    agent.longest = 0;
    talk(*channel);
    EXPECT_GE(agent.longest, FrameSize::kLeast);
    EXPECT_LT(agent.longest, std::max(limit, FrameSize::kLeast) + frame::max_wire_size(0) + 8);
  }
  channel->limit_frames(0);
  agent.longest = 0;
  talk(*channel);
  EXPECT_GT(agent.longest, 4000u);
}

}  // namespace
}  // namespace hil::rpc
