// SPDX-License-Identifier: Apache-2.0
// Says who the agent is and what it can do.
#include "protocol/messages/hello.nano.pb.h"

#include <algorithm>

#include "target/agent/dispatcher.hpp"
#include "target/agent/memory.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::hello {
namespace {

void describe_port(hilbench_v1_HelloReply& reply) {
  const port::Identity identity = port::identity();
  TextWriter(reply.board).put(identity.board);
  TextWriter(reply.core).put(identity.core);
  reply.emulated = identity.emulated;
  reply.tick_hz = port::tick_hz();
  const std::size_t size = port::unique_id(reply.unique_id.bytes);
  reply.unique_id.size = static_cast<pb_size_t>(std::min(size, sizeof(reply.unique_id.bytes)));
}

void describe_flash(hilbench_v1_HelloReply& reply) {
  const std::span<const std::uint8_t> slot = port::model_slot();
  reply.slot_bytes = static_cast<std::uint32_t>(slot.size());
  if (!slot.empty()) {
    reply.slot_address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(slot.data()));
  }
  const std::span<const std::uint8_t> id = port::image_id();
  const std::size_t size = std::min(id.size(), sizeof(reply.image_id.bytes));
  std::copy_n(id.begin(), size, reply.image_id.bytes);
  reply.image_id.size = static_cast<pb_size_t>(size);
}

void describe_line(hilbench_v1_HelloReply& reply) {
  for (const std::uint32_t baud : port::bauds())
    reply.bauds[reply.bauds_count++] = baud;
}

/// One bit per opcode, and per bit set the types it is built in for.
void describe_operators(const plan::OperatorTypes& operators, hilbench_v1_HelloReply& reply) {
  constexpr std::size_t kMostTyped = sizeof(reply.operator_types.bytes);
  static_assert(sizeof(reply.operators.bytes) * 8 == sizeof(operators.types));
  for (std::size_t code = 0; code < operators.types.size(); ++code) {
    if (operators.types[code] == 0) continue;
    std::uint8_t& bits = reply.operators.bytes[code / 8];
    bits = static_cast<std::uint8_t>(bits | (1u << (code % 8)));
    reply.operators.size = static_cast<pb_size_t>(code / 8 + 1);
    if (reply.operator_types.size == kMostTyped) continue;
    reply.operator_types.bytes[reply.operator_types.size++] = operators.types[code];
  }
}

void describe_engine(hilbench_v1_HelloReply& reply) {
  const engine::Info info = engine::info();
  TextWriter(reply.engine).put(info.name).put(" ").put(info.version);
  if ((info.formats & engine::kFormatPlan) != 0) {
    reply.plan_major = info.plan_major;
    reply.plan_minor = info.plan_minor;
  }
  reply.model_formats = info.formats;
  reply.features = info.features;
  describe_operators(info.operators, reply);
}

void refuse_major(State& state, const frame::MessageHead& head, std::uint32_t major) {
  ErrorText text;
  text.writer.put("the agent speaks protocol ").put(kProtocolMajor);
  text.writer.put(", the host ").put(major);
  reply_error(state, head, {StatusCode::kUnsupported, text.get(), kProtocolMajor, major});
}

}  // namespace

void say(State& state, const Message& message) {
  hilbench_v1_HelloRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  if (request.protocol_major != kProtocolMajor) {
    return refuse_major(state, message.head, request.protocol_major);
  }
  hilbench_v1_HelloReply answer{};
  answer.protocol_major = kProtocolMajor;
  answer.protocol_minor = kProtocolMinor;
  TextWriter(answer.agent_version).put(HIL_VERSION);
  describe_port(answer);
  describe_engine(answer);
  answer.plan_capacity_bytes = static_cast<std::uint32_t>(state.model.slot.size());
  answer.arena_capacity_bytes = static_cast<std::uint32_t>(state.model.arena.size());
  answer.services = built_in_services();
  answer.agent_static_bytes = memory::static_bytes();
  answer.trace_capacity = static_cast<std::uint32_t>(state.trace.capacity());
  answer.first_log_line = state.log.session_first;
  describe_flash(answer);
  describe_line(answer);
  reply(state, message.head, answer);
}

}  // namespace hil::agent::hello
