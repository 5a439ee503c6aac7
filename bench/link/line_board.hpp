// SPDX-License-Identifier: Apache-2.0
// Boards behind a paced line that counts, reached by the host as one on a desk.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/line/line_counts.hpp"
#include "host/lab/ready_board.hpp"

namespace hil::bench {

/// Where a row is measured.
struct LineCase {
  std::string board;
  std::uint32_t baud = 0;
  std::chrono::milliseconds turnaround{0};
};

/// A board and its line; the destructor ends both.
class LineBoard {
 public:
  virtual ~LineBoard() = default;
  /// Path of the terminal to open.
  [[nodiscard]] virtual std::string pty() const = 0;
  /// What the line has counted so far.
  virtual Result<emulate::LineCounts> counts() = 0;
};

/// Starts @p where.board: a process, or a virtual board whose flash already holds its agent.
///   kConfig  it can't run here
///   and every error of emulate::PacedBoard and emulate::VirtualBoard
Result<std::unique_ptr<LineBoard>> start_line_board(const boards::Board& board,
                                                    const LineCase& where);

/// Sessions with @p line's agent as over a cable: @p board with the line's rate as its default.
/// With @p faults the host's end of the line is broken.
///   every error of lab::make_ready()
Result<std::unique_ptr<lab::ReadyBoard>> open_line_board(const boards::Board& board,
                                                         const LineCase& where,
                                                         const LineBoard& line,
                                                         const FaultPlan& faults);

}  // namespace hil::bench
