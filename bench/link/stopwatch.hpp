// SPDX-License-Identifier: Apache-2.0
// What goes into a row from clocks and counts, the same for every protocol.
#pragma once

#include <chrono>
#include <string>

#include "bench/link/line_board.hpp"
#include "bench/link/row.hpp"
#include "bench/link/task.hpp"
#include "host/emulate/line/line_counts.hpp"

namespace hil::bench {

/// Wall clock and CPU time of the calling thread, from construction on.
class Stopwatch {
 public:
  Stopwatch();
  /// Fills row.seconds and row.host_cpu_share; called by the same thread.
  void stop(Row& row) const;

 private:
  std::chrono::steady_clock::time_point start_;
  double cpu_start_;
};

/// What is known of a row before it is measured.
Row row_for(const std::string& protocol, const LineCase& where, const Task& task,
            std::uint32_t samples);

/// What the line counted between @p before and @p after.
void fill_from_line(const emulate::LineCounts& before, const emulate::LineCounts& after, Row& row);

}  // namespace hil::bench
