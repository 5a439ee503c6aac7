// SPDX-License-Identifier: Apache-2.0
// A meter that plays a recording: --meter replay:FILE.
#pragma once

#include <filesystem>
#include <memory>

#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// How fast samples come.
enum class ReplayPace : std::uint8_t {
  kTrueRate,  ///< as they once did
  kAtOnce,    ///< each read() takes the next 4,096
};

/// Reads a trace of any format here, told by its first bytes: ours, MLPerf Tiny's, CSV.
///   kUser  unreadable, or none of them
Result<Trace> load_any_trace(const std::filesystem::path& path);

/// A meter that gives the samples of @p trace from its start, with their flags, logic and events;
/// behind the last one it is silent, and an event "end" says so. It tells of itself as of no
/// instrument (kind `replay`, emulated): it knows nothing of a board beside it. @p setup: volts
/// replaces a supply that is not known; source and rate have to be what the trace has, or 0.
///   kUser  @p setup asks for another rate, or to supply a board
Result<std::unique_ptr<PowerMeter>> make_replay_meter(Trace trace, const MeterSetup& setup,
                                                      ReplayPace pace = ReplayPace::kTrueRate);
/// The same of a file; see load_any_trace().
Result<std::unique_ptr<PowerMeter>> open_replay_meter(const std::filesystem::path& path,
                                                      const MeterSetup& setup,
                                                      ReplayPace pace = ReplayPace::kTrueRate);

}  // namespace hil::energy
