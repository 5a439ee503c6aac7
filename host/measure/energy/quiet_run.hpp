// SPDX-License-Identifier: Apache-2.0
// One energy run of the agent while a meter records.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/recording.hpp"
#include "host/energy/window/device_window.hpp"
#include "host/measure/watch.hpp"
#include "host/session/energy_client.hpp"

namespace hil::measure {

/// Seconds of the device that @p run will take when its windows do what @p step_ticks says for each
/// of its steps (rest steps say so themselves: 0 there).
double seconds_of(const session::EnergyRunOptions& run,
                  const std::vector<std::uint64_t>& step_ticks, std::uint64_t tick_hz);

/// Has the agent do @p options and waits until it is done and no byte has come on the line in a
/// window. @p recording (may be null) is looked after meanwhile. Gives nothing, with the run
/// cancelled, if @p watch says stop.
///   kLink  bytes came in a window: the run is spoilt
///   and every error of session::EnergyRun and of the recording
Result<std::optional<session::EnergyResult>> perform_quietly(
    session::Session& session, const session::EnergyRunOptions& options,
    const session::EnergyStash& stash, energy::Recording* recording, const Watch& watch);

/// The same with @p lives instead of a recording: asked now and then whether what reads the energy
/// still does (may be empty). If it does not, the run is cancelled, too.
///   and every error of @p lives
Result<std::optional<session::EnergyResult>> perform_while(session::Session& session,
                                                           const session::EnergyRunOptions& options,
                                                           const session::EnergyStash& stash,
                                                           const std::function<Status()>& lives,
                                                           const Watch& watch);

/// Windows as the cut wants them.
std::vector<energy::DeviceWindow> device_windows(const session::EnergyRunOptions& options,
                                                 const session::EnergyResult& result);

/// Blocks until @p recording has gone on for @p seconds from now on by its own samples of
/// @p rate_hz, at most for that and five seconds more, and not beyond a stop of @p watch (may be
/// null).
///   the error that ended the recording
Status record_on(energy::Recording& recording, double seconds, double rate_hz,
                 const Watch* watch = nullptr);

}  // namespace hil::measure
