// SPDX-License-Identifier: Apache-2.0
// What an energy run is of: the same for all of its steps.
#pragma once

#include "host/lab/ready_board.hpp"
#include "host/measure/energy/energy_options.hpp"
#include "host/measure/timed_inputs.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"

namespace hil::measure {

/// All of it belongs to the caller and outlives the run.
struct EnergyJob {
  lab::ReadyBoard& board;
  const model::CompiledModel& model;
  const TimedInputs& inputs;
  const EnergyOptions& options;
  const Watch& watch;

  [[nodiscard]] session::Session& session() const { return board.session(); }
};

}  // namespace hil::measure
