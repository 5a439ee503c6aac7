// SPDX-License-Identifier: Apache-2.0
// One inference: its hooks, its time, and the silence of the line around a timed one.
#include "target/agent/inference.hpp"

#include "protocol/frame/frame.hpp"
#include "target/agent/crash_note.hpp"
#include "target/agent/services/services.hpp"
#include "target/agent/timer.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::inference {
namespace {

using engine::Step;

// Results wait for company in a frame no longer than this while a sample is computed.
constexpr std::uint64_t kHoldPerSecond = 500;  // 2 ms
constexpr std::uint64_t kQuietFrames = 2;

using port::pin::kInRegion;
using port::pin::kPerInference;

/// What the hooks of a quiet run look at.
struct Window {
  RunState& run;
  Trace& trace;
};

bool over_budget(RunState& run, std::uint64_t now) {
  if (now - run.started - run.set_aside <= run.budget_ticks) return false;
  run.stopped_by = StatusCode::kBudget;
  return true;
}

Step before_in_window(void* context, std::uint32_t index) {
  const Window& window = *static_cast<Window*>(context);
  crash::at_operator(index);
  const std::uint64_t now = port::ticks();
  if (over_budget(window.run, now) || window.trace.stops()) return Step::kStop;
  window.trace.before_operator(now);
  return Step::kContinue;
}

/// Records the operator; the time that its digest takes is not the model's.
void record(RunState& run, Trace& trace, std::uint32_t index) {
  const std::uint64_t now = port::ticks();
  trace.after_operator(index, now);
  if (trace.options().digests) run.set_aside += port::ticks() - now;
}

void after_in_window(void* context, std::uint32_t index) {
  const Window& window = *static_cast<Window*>(context);
  record(window.run, window.trace, index);
}

/// Serves the line between operators; the time it takes is not the model's.
Step before_serving(void* context, std::uint32_t index) {
  State& state = *static_cast<State*>(context);
  RunState& run = state.run;
  crash::at_operator(index);
  const std::uint64_t now = port::ticks();
  const std::uint64_t computed = now - run.started - run.set_aside;
  const bool stop = over_budget(run, now) || state.trace.stops();
  const bool came = state.link.take_input();
  if (state.link.generation() != state.generation || (came && cancel::waiting(state, run.call))) {
    run.stopped_by = StatusCode::kCancelled;
  } else {
    if (computed > port::tick_hz() / kHoldPerSecond) state.link.endpoint().push();
    state.link.send_output(true);
  }
  const std::uint64_t end = port::ticks();
  run.set_aside += end - now;
  state.trace.before_operator(end);
  return stop || run.stopped_by != StatusCode::kOk ? Step::kStop : Step::kContinue;
}

void after_serving(void* context, std::uint32_t index) {
  State& state = *static_cast<State*>(context);
  record(state.run, state.trace, index);
}

engine::Hooks window_hooks(Window& window) {
  return {&window, before_in_window, window.trace.active() ? after_in_window : nullptr};
}

StatusCode timed(RunState& run, const engine::Hooks& hooks) {
  run.started = port::ticks();
  const StatusCode status = engine::invoke(hooks);
  run.computed = port::ticks() - run.started - run.set_aside;
  return status;
}

StatusCode invoke_quietly(State& state) {
  RunState& run = state.run;
  Window window{run, state.trace};
  const std::uint32_t toggled = (run.sample & 1u) != 0 ? kPerInference : 0;
  port::pause_input();
  port::sync_pins(kInRegion | toggled);
  port::align_timer();
  const StatusCode status = timed(run, window_hooks(window));
  port::sync_pins(toggled);
  run.overlap = port::resume_input();
  return status;
}

StatusCode invoke_serving(State& state) {
  return timed(state.run, {&state, before_serving, state.trace.active() ? after_serving : nullptr});
}

}  // namespace

bool line_is_quiet(State& state) {
  if (state.link.take_input()) return false;
  state.link.endpoint().push();
  state.link.send_output(true);
  if (!state.link.at_rest()) return false;
  // An emulated line holds bytes back in the host's time, not in ours, and two frames' worth of our
  // instructions may take a second there.
  if (port::identity().emulated) return true;
  const std::uint64_t frame_bytes = frame::max_wire_size(state.link.own().payload_bytes);
  return port::ticks() - state.link.moved_ticks() >=
         kQuietFrames * frame_bytes * port::byte_ticks();
}

StatusCode run(State& state) {
  RunState& run = state.run;
  run.stopped_by = StatusCode::kOk;
  run.set_aside = run.overlap = 0;
  state.trace.begin_inference(run.sample);
  const StatusCode status = run.quiet ? invoke_quietly(state) : invoke_serving(state);
  crash::at_operator(crash::kNoOperator);
  if (run.stopped_by != StatusCode::kOk) return run.stopped_by;
  run.stopped =
      state.trace.stops() && (status == StatusCode::kOk || status == StatusCode::kCancelled);
  if (run.stopped) {
    state.trace.hold_outputs();
    return StatusCode::kOk;
  }
  if (status == StatusCode::kOk && run.computed > run.budget_ticks) return StatusCode::kBudget;
  return status;
}

StatusCode compute_quietly(State& state, const engine::Repeat* repeat) {
  RunState& run = state.run;
  Window window{run, state.trace};
  const engine::Hooks hooks = window_hooks(window);
  run.stopped_by = StatusCode::kOk;
  const StatusCode status =
      repeat != nullptr ? engine::invoke_repeating(hooks, *repeat) : engine::invoke(hooks);
  crash::at_operator(crash::kNoOperator);
  return run.stopped_by != StatusCode::kOk ? run.stopped_by : status;
}

std::uint32_t hook_cost(bool traced, std::uint32_t timer_cost) {
  RunState run;
  run.budget_ticks = ~std::uint64_t{0};
  std::uint64_t ticks[1];
  std::uint32_t digests[1];
  Trace trace({ticks, digests});
  if (traced) trace.begin({0, 1, 1, true, false, false});
  Window window{run, trace};
  const engine::Hooks hooks = window_hooks(window);
  timer::Readings readings;
  while (!readings.full()) {
    trace.begin_inference(0);
    const std::uint64_t start = port::ticks();
    static_cast<void>(hooks.yield(hooks.context, 0));
    if (hooks.after_operator != nullptr) hooks.after_operator(hooks.context, 0);
    readings.add(port::ticks() - start);
  }
  crash::at_operator(crash::kNoOperator);
  return readings.median() > timer_cost ? readings.median() - timer_cost : 0;
}

}  // namespace hil::agent::inference
