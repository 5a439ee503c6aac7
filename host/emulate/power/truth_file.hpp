// SPDX-License-Identifier: Apache-2.0
// What an emulated board truly took, written as JSON for whoever checks a meter against it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/power/track.hpp"
#include "host/emulate/power/truth_totals.hpp"

namespace hil::emulate {

/// One energy run, without its current over time.
struct TrueRun {
  std::vector<TrueWindow> windows;
  std::uint64_t begin_ticks = 0, end_ticks = 0;
  double seconds = 0, coulombs = 0;
  double volts = 0;     ///< of the supply when it ended
  bool played = false;  ///< the meter was sampling
};
TrueRun true_run_of(const Track& track, double volts, bool played);

/// {"schema":"hilbench-truth/1","board":...,"origin":"emulated","figures":...,"runs":[{"volts":...,
/// "seconds":...,"coulombs":...,"joules":...,"begin_ticks":...,"end_ticks":...,"played":...,
/// "windows":[{"begin_s":...,"end_s":...,"seconds":...,"begin_ticks":...,"end_ticks":...,
/// "instructions":...,"by_kind":{...},"asleep_s":...,"coulombs":...,"joules":...,"toggles":...}]}]}
std::string truth_json(const std::string& board, const boards::PowerFigures& figures,
                       const std::vector<TrueRun>& runs);

TruthTotals totals_of(const std::vector<TrueRun>& runs);

}  // namespace hil::emulate
