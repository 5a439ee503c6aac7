// SPDX-License-Identifier: Apache-2.0
// Session: hello and time sync over a fresh channel.
#include "host/session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "host/rpc/printable.hpp"
#include "host/rpc/typed_call.hpp"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/time_sync.pb.h"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

std::uint64_t host_ns() {
  const auto now = Deadline::Clock::stamp().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

std::bitset<256> operators_of(const std::string& bits) {
  std::bitset<256> operators;
  const std::size_t count = std::min(bits.size() * 8, operators.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<unsigned char>(bits[i / 8]);
    operators.set(i, ((byte >> (i % 8)) & 1u) != 0);
  }
  return operators;
}

/// By opcode. Agents that say no types have each operator for all types of their features.
std::array<std::uint8_t, 256> types_of(const std::bitset<256>& operators,
                                       const std::string& types) {
  constexpr std::uint8_t kUnsaid = 0xFF;
  std::array<std::uint8_t, 256> known{};
  std::size_t next = 0;
  for (std::size_t code = 0; code < known.size(); ++code) {
    if (!operators.test(code)) continue;
    known[code] = next < types.size() ? static_cast<std::uint8_t>(types[next]) : kUnsaid;
    ++next;
  }
  return known;
}

AgentInfo info_of(const v1::HelloReply& reply) {
  AgentInfo info;
  info.protocol_major = reply.protocol_major();
  info.protocol_minor = reply.protocol_minor();
  info.agent_version = rpc::printable(reply.agent_version());
  info.board = rpc::printable(reply.board());
  info.core = rpc::printable(reply.core());
  info.engine = rpc::printable(reply.engine());
  info.unique_id.assign(reply.unique_id().begin(), reply.unique_id().end());
  info.tick_hz = reply.tick_hz();
  info.plan_capacity_bytes = reply.plan_capacity_bytes();
  info.arena_capacity_bytes = reply.arena_capacity_bytes();
  info.plan_major = reply.plan_major();
  info.plan_minor = reply.plan_minor();
  info.model_formats = reply.model_formats();
  info.features = reply.features();
  info.services = reply.services();
  info.operators = operators_of(reply.operators());
  info.operator_types = types_of(info.operators, reply.operator_types());
  info.agent_static_bytes = reply.agent_static_bytes();
  info.trace_capacity = reply.trace_capacity();
  info.slot_bytes = reply.slot_bytes();
  info.slot_address = reply.slot_address();
  info.image_id.assign(reply.image_id().begin(), reply.image_id().end());
  info.first_log_line = reply.first_log_line();
  info.emulated = reply.emulated();
  info.bauds.assign(reply.bauds().begin(), reply.bauds().end());
  return info;
}

Status check(const AgentInfo& info) {
  if (info.protocol_major != kProtocolMajor) {
    return Error{
        Blame::kDevice,
        fmt::format("the agent speaks protocol {}.{}, this host speaks {}.{}", info.protocol_major,
                    info.protocol_minor, kProtocolMajor, kProtocolMinor),
        "put the agent that belongs to this hilbench on the board"};
  }
  if (info.tick_hz == 0) {
    return Error{Blame::kDevice, "the agent says that its clock has 0 ticks per second",
                 "its times would mean nothing: the port of this board is at fault"};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(Link& link, const SessionOptions& options,
                                               Deadline deadline) {
  HIL_ASSIGN(auto channel, rpc::Channel::open(link, options.channel, deadline));
  std::unique_ptr<Session> session(new Session(std::move(channel)));
  HIL_TRY(session->say_hello(options, deadline));
  HIL_ASSIGN(session->time_sync_, session->sync_time(deadline));
  return session;
}

Status Session::say_hello(const SessionOptions& options, Deadline deadline) {
  v1::HelloRequest request;
  request.set_protocol_major(kProtocolMajor);
  request.set_protocol_minor(kProtocolMinor);
  request.set_host_version(options.host_version);
  HIL_ASSIGN(const auto reply, rpc::call<v1::HelloReply>(*channel_, Service::kHello, method::kHello,
                                                         request, deadline));
  agent_ = info_of(reply.body);
  HIL_TRY(check(agent_));
  const double tick_hz = std::round(static_cast<double>(agent_.tick_hz) * options.clock_scale);
  agent_.tick_hz = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(tick_hz));
  return {};
}

Result<TimeSync> Session::sync_time(Deadline deadline) {
  TimeSync sync;
  v1::TimeSyncRequest request;
  sync.host_send_ns = host_ns();
  request.set_host_send_ns(sync.host_send_ns);
  HIL_ASSIGN(const auto reply, rpc::call<v1::TimeSyncReply>(*channel_, Service::kTimeSync,
                                                            method::kTimeSync, request, deadline));
  sync.host_receive_ns = host_ns();
  sync.device_receive_ticks = reply.body.device_receive_ticks();
  sync.device_send_ticks = reply.body.device_send_ticks();
  if (reply.body.host_send_ns() != sync.host_send_ns ||
      sync.device_send_ticks < sync.device_receive_ticks) {
    return Error{Blame::kDevice, "the agent's time stamps make no sense",
                 "the clock of this board's port is at fault"};
  }
  return sync;
}

}  // namespace hil::session
