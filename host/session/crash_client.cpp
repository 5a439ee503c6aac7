// SPDX-License-Identifier: Apache-2.0
// force_end(): a request whose only good answer is the notice of a reset.
#include "host/session/crash_client.hpp"

#include <fmt/format.h>

#include "host/rpc/typed_call.hpp"
#include "host/session/rate_client.hpp"
#include "protocol/messages/crash.pb.h"
#include "protocol/messages/ids.hpp"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

v1::ForcedEnd kind_of(ForcedEnd how) {
  switch (how) {
    case ForcedEnd::kNote:
      return v1::FORCED_END_NOTE;
    case ForcedEnd::kFault:
      return v1::FORCED_END_FAULT;
    case ForcedEnd::kReset:
      return v1::FORCED_END_RESET;
  }
  return v1::FORCED_END_NONE;
}

}  // namespace

Status force_end(Session& session, ForcedEnd how, Deadline deadline) {
  const AgentInfo& agent = session.agent();
  if (!agent.has_service(Service::kCrash)) {
    return Error{Blame::kDevice,
                 fmt::format("the agent on {} (version {}) has no crash service", agent.board,
                             agent.agent_version),
                 "put the agent that belongs to this hilbench on the board"};
  }
  if (session.channel().heard_reset()) {
    return Error{Blame::kDevice,
                 fmt::format("the agent on {} has reset before it was asked to", agent.board),
                 "open a new session"};
  }
  // An agent comes back at the rate it starts with: its notice would not be understood at another.
  if (session.channel().link().baud() != session.first_baud()) {
    HIL_TRY(change_rate(session, session.first_baud(), deadline));
  }
  v1::ForceRequest request;
  request.set_kind(kind_of(how));
  rpc::Channel& channel = session.channel();
  const auto reply =
      channel.call(Service::kCrash, method::kForce, rpc::bytes_of(request), deadline);
  if (channel.heard_reset()) return {};
  if (!reply.ok()) return reply.error();
  return Error{Blame::kDevice, "the agent answered instead of ending",
               "put the agent that belongs to this hilbench on the board"};
}

}  // namespace hil::session
