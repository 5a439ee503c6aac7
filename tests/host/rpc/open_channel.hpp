// SPDX-License-Identifier: Apache-2.0
// Opens a channel with a fake agent for a test.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

#include "host/rpc/channel.hpp"
#include "tests/host/rpc/fake_agent.hpp"

namespace hil::rpc {

inline ChannelOptions quick() {
  ChannelOptions options;
  options.board = "linux";
  options.open_interval = std::chrono::milliseconds(20);
  options.clock.poll_after = std::chrono::milliseconds(5);
  options.clock.most_poll_after = std::chrono::milliseconds(40);
  options.clock.silence_limit = std::chrono::milliseconds(150);
  return options;
}

inline Deadline soon(int ms = 2000) {
  return Deadline::after(std::chrono::milliseconds(ms));
}

/// Answers every request with its own body.
inline void echo(FakeAgent& agent) {
  agent.on_message = [&agent](const Message& message) {
    if (message.head.kind == Kind::kRequest) agent.answer(message, Kind::kReply, message.body);
  };
}

inline std::unique_ptr<Channel> opened(Link& link, const ChannelOptions& options = quick()) {
  auto channel = Channel::open(link, options, soon());
  EXPECT_TRUE(channel.ok()) << channel.error().what;
  return channel.ok() ? std::move(*channel) : nullptr;
}

}  // namespace hil::rpc
