// SPDX-License-Identifier: Apache-2.0
// Ends the agent on purpose, as a broken invariant, a fault or a reset would.
#include "protocol/messages/crash.nano.pb.h"
#include "target/agent/crash_note.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/port/port.hpp"

namespace hil::agent::crash {

void force(State& state, const Message& message) {
  hilbench_v1_ForceRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  switch (request.kind) {
    case hilbench_v1_ForcedEnd_FORCED_END_NOTE:
      fail("forced");
    case hilbench_v1_ForcedEnd_FORCED_END_FAULT:
      port::fault();
    case hilbench_v1_ForcedEnd_FORCED_END_RESET:
      port::reset();
    default:
      reply_error(state, message.head, StatusCode::kBadArgument, "no such end");
  }
}

}  // namespace hil::agent::crash
