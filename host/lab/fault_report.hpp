// SPDX-License-Identifier: Apache-2.0
// What was broken on purpose on a board's line, also when that was long ago and is on a tape.
#pragma once

#include <cstdint>

#include "host/base/result.hpp"
#include "host/link/fault_link.hpp"
#include "host/link/tape/run_tape.hpp"

namespace hil::lab {

struct FaultReport {
  FaultPlan plan;
  FaultCounts counts;                  ///< of both directions together
  std::uint32_t stalls = 0, cuts = 0;  ///< begun
};

/// The report of @p link, noted on @p tape if there is one. A replay, which has no FaultLink (@p
/// link is null), reports what there was when the tape was recorded.
///   kUser, kModel  (a replay) the tape has none of it there, or what makes no sense
Result<FaultReport> fault_report(const FaultPlan& plan, const FaultLink* link, tape::RunTape* tape);

}  // namespace hil::lab
