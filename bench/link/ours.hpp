// SPDX-License-Identifier: Apache-2.0
// hilbench's own protocol on one line.
#pragma once

#include "bench/link/line_board.hpp"
#include "bench/link/row.hpp"
#include "bench/link/task.hpp"

namespace hil::bench {

/// What is streamed.
struct Load {
  /// More than the task has answers to are several runs, one after the other.
  std::uint32_t samples = 0;
  FaultPlan faults;
  unsigned repeats = 1;  ///< of the whole, in one session; the median is the row
};

/// Streams @p task's samples to @p board on the line @p where. The model is on the board before the
/// clock starts.
///   every error of opening, loading and streaming
Result<Row> measure_ours(const boards::Board& board, const LineCase& where, const Task& task,
                         const Load& load);

}  // namespace hil::bench
