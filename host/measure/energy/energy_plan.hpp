// SPDX-License-Identifier: Apache-2.0
// How long windows are, how many, and what they do: from what is asked and what is known; pure.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/measure/energy/energy_options.hpp"
#include "host/model/model.hpp"
#include "host/session/energy_client.hpp"

namespace hil::measure {

/// What a plan depends on besides the options.
struct EnergyGround {
  energy::Alignment alignment = energy::Alignment::kLogic;
  double rate_hz = 0;                 ///< of the meter
  double refresh_s = 0;               ///< of its samples, as MeterAbilities has it
  std::uint64_t tick_hz = 0;          ///< of the device
  std::uint64_t inference_ticks = 0;  ///< of one repetition of the figures' region
  std::uint64_t load_ticks = 0;       ///< of writing one input
  std::uint32_t window_capacity = 0;  ///< of the agent, per run
  std::uint32_t step_capacity = 0;
};

/// Windows of one run of the agent, and what they are for.
struct PlannedRun {
  WindowGroup group;
  session::EnergyRunOptions options;
  double seconds = 0;  ///< that it takes on the device, about
};

struct EnergyPlan {
  double window_s = 0;            ///< length that windows have at least
  std::uint32_t windows = 0;      ///< that count, of the figures
  std::uint32_t repetitions = 1;  ///< inferences in one
  std::vector<RepeatedLayer> layers;
  std::vector<PlannedRun> runs;  ///< the first ones are the figures'
};

/// Least length of a window where nothing is asked: 20 ms and 500 samples of the meter: half a
/// second of one that gives a thousand samples a second; 1 s of a counter on the board; 10 s by the
/// host's clock, and its guards, which grow with @p refresh_s and the time between samples. Facts:
/// edges are 0.01 % of 20 ms at 100 kS/s, 0.04 % of 0.5 s at 1 kS/s.
double default_window_s(energy::Alignment alignment, double rate_hz, double refresh_s = 0);

/// Windows where nothing is asked: 20 short ones; 5 from half a second on, as MLPerf Tiny takes; 3
/// by the host's clock.
std::uint32_t default_windows(energy::Alignment alignment, double window_s);

/// The runs for @p options: windows of rest and windows of work in turn, rest first and last.
/// @p model says which operators there are.
///   kUser    phases, operators or a period without a wire; a period that one inference does not
///            fit in; windows below 10 s by the host's clock
///   kDevice  the agent keeps too few windows or steps
Result<EnergyPlan> plan_energy(const EnergyOptions& options, const EnergyGround& ground,
                               const model::CompiledModel& model);

}  // namespace hil::measure
