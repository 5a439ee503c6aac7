// SPDX-License-Identifier: Apache-2.0
// Two of the four stamps that relate the agent's ticks to the host's clock.
#include "protocol/messages/time_sync.nano.pb.h"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/port/port.hpp"

namespace hil::agent::time_sync {

void stamp(State& state, const Message& message) {
  hilbench_v1_TimeSyncRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  hilbench_v1_TimeSyncReply answer{};
  answer.host_send_ns = request.host_send_ns;
  answer.device_receive_ticks = state.link.input_ticks();
  answer.device_send_ticks = port::ticks();
  reply(state, message.head, answer);
}

}  // namespace hil::agent::time_sync
