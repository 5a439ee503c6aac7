// SPDX-License-Identifier: Apache-2.0
// The agent's loop: line, dispatcher, inference, line.
#include "target/agent/agent.hpp"

#include "target/agent/crash_note.hpp"
#include "target/agent/dispatcher.hpp"
#include "target/agent/extension.hpp"
#include "target/agent/memory.hpp"
#include "target/agent/services/services.hpp"
#include "target/port/port.hpp"

namespace hil::agent {
namespace {

/// A session began or ended: what belonged to the last one is dropped, a loaded model stays.
void follow_session(State& state) {
  if (state.generation == state.link.generation()) return;
  state.generation = state.link.generation();
  state.skip_bytes = state.scanned_bytes = 0;
  model::end_session(state);
  infer::end_session(state);
}

}  // namespace

void start() {
  crash::begin();
  State& state = memory::state();
  log::say_start(state);
  state.link.start();
}

void step() {
  State& state = memory::state();
  bool moved = state.link.take_input();
  follow_session(state);
  const bool worked = infer::work(state) ||
                      (kExtension.work != nullptr && kExtension.work(state)) || dispatch(state);
  follow_session(state);
  // Results share frames while there is more to do, and leave at once when there is not.
  if (!worked) state.link.endpoint().push();
  moved |= state.link.send_output(!worked);
  if (worked || moved) return;
  port::idle(infer::waits_for_time(state) ? port::Idle::kBusy : port::Idle::kWait);
}

}  // namespace hil::agent
