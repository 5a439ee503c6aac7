// SPDX-License-Identifier: Apache-2.0
// Measures how fast an agent's clock runs by the host's.
#pragma once

#include <chrono>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/session/clock_fit.hpp"
#include "host/session/session.hpp"

namespace hil::session {

/// Makes exchanges of stamps spread evenly over @p duration (at least 20 ms are taken) and fits
/// them. Blocks for that long, at most until @p deadline. Nothing else may be on the line. Says
/// nothing of an emulated board, whose clock is not the host's kind of time.
///   kDevice  stamps that make no sense, a clock that stands still, or no reply in time
///   and every error of rpc::Channel::call()
Result<ClockRatio> measure_clock(Session& session, std::chrono::milliseconds duration,
                                 Deadline deadline);

}  // namespace hil::session
