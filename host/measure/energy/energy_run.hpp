// SPDX-License-Identifier: Apache-2.0
// Energy of a model on a board: quiet runs of the agent while a meter looks on.
#pragma once

#include <optional>

#include "host/energy/file/trace_file.hpp"
#include "host/energy/power_meter.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/energy/energy_options.hpp"
#include "host/measure/timed_inputs.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

/// What an energy run leaves. The caller saves the trace and names it in record.energy->trace.
struct EnergyOutcome {
  results::Record record;
  std::optional<energy::TraceFile> trace;  ///< if anything was recorded, figures or not
};

/// Uploads @p model to @p board, computes a few of @p inputs there and on the host, proves the sync
/// wire, and then has the agent idle and infer in turn, in windows of its own, without a byte on
/// the line, while @p meter records. The windows are found in the trace, summed up, and put into
/// the record with their uncertainty. The digest of each window's last output is compared with what
/// was computed before.
///
/// Unless options.load_too, @p model must have been compiled with model::InputMemory::kKept: its
/// inputs are written once for a whole window.
///
/// Never fails as a whole: an error is in record.verdict, with everything known before it.
///   kUser    an emulated meter by the host's clock, and what the meter cannot do
///   kLab     no wire where one is asked for; no window that counts
///   kLink    bytes on the line in a window; the board or the meter is gone
///   kDevice  an agent without the energy service; an output that was wrong once
///   kBug     an output that differs from the reference, repeatably
EnergyOutcome measure_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                             const TimedInputs& inputs, energy::PowerMeter& meter,
                             const EnergyOptions& options, const Watch& watch);

/// The same without a meter: the agent reads the INA228 that options.ina228 names right before and
/// behind each window. The trace has no samples; the readings are in its options.
///   kUser  what a counter cannot do: an alignment, phases, operators, a period
///   kLab   no INA228 there; no window that counts
///   and the errors of measure_energy()
EnergyOutcome measure_counted_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                                     const TimedInputs& inputs, const EnergyOptions& options,
                                     const Watch& watch);

/// The same with @p counter, which is on this machine, instead of a meter: it is read all the time,
/// and windows are cut from its readings by the host's clock.
///   kUser  what a counter cannot do: another alignment, phases, operators, a period
///   kLab   no window that counts: too short, or the counter stood still
///   and the errors of measure_energy()
EnergyOutcome measure_counted_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                                     const TimedInputs& inputs, energy::EnergyCounter& counter,
                                     const EnergyOptions& options, const Watch& watch);

}  // namespace hil::measure
