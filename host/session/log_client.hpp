// SPDX-License-Identifier: Apache-2.0
// The agent's log: every line once and in order, asked for where it was lost on its way.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/rpc/log_line.hpp"
#include "host/session/session.hpp"

namespace hil::session {

/// Lines in order, each given once.
struct LogLines {
  std::vector<rpc::LogLine> lines;
  std::uint32_t lost = 0;  ///< in between: the agent had no room for them any more
};

class LogClient {
 public:
  enum class From : std::uint8_t {
    kSession,  ///< lines of this session alone
    kOldest,   ///< all that the agent still has
  };

  /// @p session must outlive the client, of which one at a time may exist.
  LogClient(Session& session, From from);

  /// Lines that came by themselves, up to the first gap; asks for nothing.
  LogLines take();

  /// All lines up to now: asks the agent for those that are missing. An agent that keeps no lines
  /// is not asked. Blocks until they are there or @p deadline.
  ///   kDevice  answers that make no sense
  ///   and every error of rpc::Channel::call(); what is there can be had with take_all() then
  Result<LogLines> read(Deadline deadline);

  /// What is there, gaps or not: when the agent can no longer be asked.
  LogLines take_all();

 private:
  void collect();
  Status fetch(Deadline deadline);
  LogLines deliver(bool over_gaps);

  Session& session_;
  std::uint32_t next_;                             ///< number of the next line to give
  std::map<std::uint32_t, rpc::LogLine> waiting_;  ///< by number, from next_ on
  std::vector<rpc::LogLine> unnumbered_;           ///< of an agent that keeps none
};

}  // namespace hil::session
