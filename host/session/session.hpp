// SPDX-License-Identifier: Apache-2.0
// A conversation with one agent: opened, introduced, its clock related to the host's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/link/link.hpp"
#include "host/rpc/channel.hpp"
#include "host/session/agent_info.hpp"
#include "host/session/clock_fit.hpp"

namespace hil::session {

struct SessionOptions {
  rpc::ChannelOptions channel;
  std::string host_version;  ///< told to the agent; may be empty
  double clock_scale = 1;    ///< true rate of the agent's clock over the one that it states
};

/// An open channel to an agent whose versions and hello have been checked. Not thread-safe.
class Session {
 public:
  /// Opens the channel, says hello and takes one time sync. Blocks until then or @p deadline.
  /// @p link must outlive the session.
  ///   kDevice  another protocol major, a hello that makes no sense, or a refused call
  ///   and every error of rpc::Channel::open()
  static Result<std::unique_ptr<Session>> open(Link& link, const SessionOptions& options,
                                               Deadline deadline);

  [[nodiscard]] const AgentInfo& agent() const { return agent_; }
  [[nodiscard]] const rpc::AgentStart& start() const { return channel_->start(); }
  [[nodiscard]] const TimeSync& time_sync() const { return time_sync_; }  ///< the one at open
  [[nodiscard]] rpc::Channel& channel() { return *channel_; }
  /// Rate of the line when the session was opened, which the agent starts with; 0: it has none.
  [[nodiscard]] std::uint32_t first_baud() const { return first_baud_; }

  /// One more exchange of stamps.
  ///   kDevice  stamps that go backwards, or of another exchange
  Result<TimeSync> sync_time(Deadline deadline);

 private:
  explicit Session(std::unique_ptr<rpc::Channel> channel)
      : channel_(std::move(channel)), first_baud_(channel_->link().baud()) {}
  Status say_hello(const SessionOptions& options, Deadline deadline);

  std::unique_ptr<rpc::Channel> channel_;
  std::uint32_t first_baud_;
  AgentInfo agent_;
  TimeSync time_sync_;
};

}  // namespace hil::session
