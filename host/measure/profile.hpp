// SPDX-License-Identifier: Apache-2.0
// Latency of a model on a board: timed runs on a silent line, operators in a pass of their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "host/lab/ready_board.hpp"
#include "host/measure/timed_inputs.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

struct ProfileOptions {
  std::uint32_t runs = 50;           ///< timed inferences
  std::uint32_t warmup = 5;          ///< before them, not counted
  std::uint32_t operator_runs = 10;  ///< inferences per operator in the traced pass; 0: no pass
  std::chrono::milliseconds clock_time{1'000};  ///< over which the device's clock is compared
  /// Above it a run that passed is an error of the link; nothing: it is held to none.
  std::optional<results::LinkLimit> link_limit = results::LinkLimit{};
};

/// Device clocks that deviate more than this from the host's are corrected for, and it is said.
inline constexpr double kMostClockPpm = 5'000;
/// Share of timed runs that bytes on the line may spoil before the whole run is a failure.
inline constexpr double kMostSpoiled = 0.1;

/// Uploads @p model to @p board, compares its clock with the host's, runs warm-up and timed
/// inferences one at a time with the line silent, each on an input written anew, and then the
/// operators' ticks in a pass of their own. The output of every inference is compared with the host
/// reference. Never fails as a whole: an error is in record.verdict, together with everything
/// measured before it.
///   kLink    the board is silent, or bytes on the line spoilt more than kMostSpoiled of the runs
///   kDevice  the board; an agent without the profile service; an output that was wrong once
///   kBug     an output that differs from the reference, repeatably
results::Record profile(lab::ReadyBoard& board, const model::CompiledModel& model,
                        const TimedInputs& inputs, const ProfileOptions& options,
                        const Watch& watch);

}  // namespace hil::measure
