// SPDX-License-Identifier: Apache-2.0
// The checks of a port, in the order they run; one file each.
#pragma once

#include <span>
#include <string>

#include "host/base/result.hpp"
#include "host/conform/bench.hpp"
#include "host/conform/report.hpp"
#include "host/session/clock_fit.hpp"

namespace hil::conform {

/// Each fills figures, limit, finding and verdict of @p check; what it found before an error stays.
/// An error of the board is the check's finding; the board is brought back then. All block until
/// they are done or the watch says stop.

/// That the agent opens a session in time, and says sensible things of itself.
Status check_answer(Bench& bench, Check& check);
/// A reset that the host asks for: counted, and its cause told.
Status check_reset(Bench& bench, Check& check);
/// A broken invariant: its note comes back over the reset.
Status check_crash_note(Bench& bench, Check& check);
/// A fault of the core: noted by name.
Status check_fault(Bench& bench, Check& check);
/// Bytes to the board, from it, and both ways at once.
Status check_line_to_board(Bench& bench, Check& check);
Status check_line_from_board(Bench& bench, Check& check);
Status check_line_both_ways(Bench& bench, Check& check);
/// Garbage between frames: the next call still works.
Status check_resync(Bench& bench, Check& check);
/// Timed runs: the line silent, equal work alike.
Status check_windows(Bench& bench, Check& check);
/// Every operator that the agent has, against the host reference.
Status check_operators(Bench& bench, Check& check);
/// The agent's clock against the host's.
Status check_timer(Bench& bench, Check& check);
/// Verdict, finding and advice for what the host's clock says of a real agent's.
void judge_clock(const session::ClockRatio& ratio, Check& check);
/// What is left of the stack after all that.
Status check_stack(Bench& bench, Check& check);
/// Makes @p check, which is the stack's, fail because the stack overflowed ("in operators (...)").
void blame_stack(const std::string& overflow, Check& check);
/// The flash slot: written by the probe, run by the agent, read back.
Status check_flash_slot(Bench& bench, Check& check);

struct CheckRow {
  const char* name;
  Status (*run)(Bench& bench, Check& check);
};

/// All of them.
std::span<const CheckRow> all_checks();

}  // namespace hil::conform
