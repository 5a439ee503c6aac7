// SPDX-License-Identifier: Apache-2.0
// One inference: its hooks, its time, and the silence of the line around a timed one.
#pragma once

#include <cstdint>

#include "target/agent/state.hpp"

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

/// Median ticks that a quiet run takes beside each operator, while ticks are traced or not; the
/// cost of reading the clock for this measurement (@p timer_cost) is taken off.
std::uint32_t hook_cost(bool traced, std::uint32_t timer_cost);

}  // namespace hil::agent::inference
