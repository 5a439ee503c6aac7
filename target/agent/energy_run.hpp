// SPDX-License-Identifier: Apache-2.0
// Carries out an energy run: windows, rests, pins and pattern, without a byte on the line.
#pragma once

#include "target/agent/energy_state.hpp"
#include "target/agent/state.hpp"

namespace hil::agent::energy {

/// Does all of state.run's energy run @p energy, and fills energy.records and what has come of it.
/// Between windows, a byte that comes is looked at: a cancel, or the end of the session, ends the
/// run.
///   kCancelled  by the host, or the session has ended
///   kBudget     run.budget_ticks are over
///   and what the engine says
StatusCode carry_out(State& state, EnergyState& energy);

/// Writes sample @p sample of the stash to the model's inputs.
void load_inputs(const EnergyStash& stash, std::uint32_t sample);

/// Bytes of one sample: of all inputs of the model.
std::uint64_t sample_bytes();

}  // namespace hil::agent::energy
