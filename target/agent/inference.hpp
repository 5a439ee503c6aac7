// SPDX-License-Identifier: Apache-2.0
// One inference: its hooks, its time, and the silence of the line around a timed one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "protocol/frame/frame.hpp"
#include "target/agent/state.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::inference {

/// Serves the line and says whether it is quiet: every byte both ways is acknowledged, and two of
/// the largest frames' times have passed idle.
bool line_is_quiet(State& state);

/// Runs engine::invoke() on the current sample and takes its time: run.computed, and run.overlap of
/// a quiet one, during which nothing is received or sent. Serves the line between operators
/// otherwise. Records state.trace if it is active.
///   kOk         also when the trace stopped it: run.stopped
///   kBudget     it took longer than run.budget_ticks
///   kCancelled  a cancel of the run waits, or the session has ended
///   and what engine::invoke() says
StatusCode run(State& state);

/// engine::invoke(), or with @p repeat engine::invoke_repeating(), as it is in the window of a
/// quiet run, for who makes the window: the budget counts from run.started on.
///   kBudget  and what the engine says
StatusCode compute_quietly(State& state, const engine::Repeat* repeat);

/// CRC-32 of all outputs of the last inference, in order.
inline std::uint32_t crc_of_outputs() {
  frame::Crc32 crc;
  for (std::uint32_t i = 0; i < engine::output_count(); ++i)
    crc.update(engine::output(i));
  return crc.value();
}

/// Longest silence of a run whose silent part may take @p budget_ms: between two operators the
/// agent answers at once, but an operator may end beyond the budget. A window opens two frames'
/// times after the last byte, and its result takes time on the line.
inline std::uint32_t quiet_ms(const State& state, std::uint32_t budget_ms) {
  const std::uint64_t frame_bytes = frame::max_wire_size(state.link.own().payload_bytes);
  const std::uint64_t frames_ms = 4 * frame_bytes * port::byte_ticks() * 1000 / port::tick_hz();
  const std::uint64_t quiet = std::uint64_t{budget_ms} + budget_ms / 4 + 100 + frames_ms;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(quiet, std::numeric_limits<std::uint32_t>::max()));
}

/// Median ticks that a quiet run takes beside each operator, while ticks are traced or not; the
/// cost of reading the clock for this measurement (@p timer_cost) is taken off.
std::uint32_t hook_cost(bool traced, std::uint32_t timer_cost);

}  // namespace hil::agent::inference
