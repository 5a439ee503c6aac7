// SPDX-License-Identifier: Apache-2.0
// Latency of firmware that speaks MLPerf Tiny's DUT protocol.
#pragma once

#include <cstdint>

#include "host/measure/dialect/dut_run.hpp"
#include "host/measure/timed_inputs.hpp"

namespace hil::measure {

/// Windows that MLPerf Tiny's rules ask for, of at least so many seconds each.
inline constexpr std::uint32_t kDutWindows = 5;
inline constexpr double kDutWindowSeconds = 10;

struct DutProfileOptions {
  std::uint32_t windows = kDutWindows;  ///< each on another input, if there are so many
  double window_s = kDutWindowSeconds;  ///< what the number of inferences is chosen for
  std::uint32_t runs = 0;               ///< inferences of a window; 0: chosen by window_s
  std::uint32_t warmup = 5;             ///< inferences before each window
};

/// Times windows of `infer N W` between the firmware's two stamps. Firmware loads the input once
/// per window, so that all but the first inference may run on memory that the model has
/// overwritten: the results after each window are compared with those of one inference, and a
/// difference is an event. Compares the device's clock with the host's. Never fails as a whole: an
/// error is in record.verdict.
///   kDevice         the firmware has no stamps (energy build), or its clock stands still
///   kLink, kDevice  the board
results::Record profile_dut(const DutBoard& board, const DutModelView& view,
                            const TimedInputs& inputs, const DutProfileOptions& options,
                            const Watch& watch);

}  // namespace hil::measure
