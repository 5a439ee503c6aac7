// SPDX-License-Identifier: Apache-2.0
// Stops a long call, also when the request waits behind the inputs of what it is to stop.
#include <algorithm>

#include "protocol/messages/cancel.nano.pb.h"
#include "target/agent/dispatcher.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"

namespace hil::agent::cancel {

void stop(State& state, const Message& message) {
  hilbench_v1_CancelRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  hilbench_v1_CancelReply answer{};
  if (request.call <= frame::kMostCallId) {
    const auto call = static_cast<std::uint8_t>(request.call);
    answer.stopped = infer::cancel(state, call) || model::cancel(state, call);
  }
  reply(state, message.head, answer);
}

bool waiting(State& state, std::uint8_t call) {
  std::size_t at = std::max(state.scanned_bytes, state.skip_bytes);
  while (const auto message = message_at(state, at)) {
    const frame::MessageHead& head = message->head;
    hilbench_v1_CancelRequest request{};
    if (head.service == Service::kCancel && head.method == method::kCancel &&
        head.kind == Kind::kRequest && decode(*message, request) && request.call == call) {
      return true;
    }
    at = message->body_at + head.body_bytes;
    state.scanned_bytes = at;
  }
  return false;
}

}  // namespace hil::agent::cancel
