// SPDX-License-Identifier: Apache-2.0
// LineBoard: PacedBoard and VirtualBoard behind one face.
#include "bench/link/line_board.hpp"

#include <fmt/format.h>

#include <utility>

#include "host/emulate/paced_board.hpp"
#include "host/emulate/virtual_board.hpp"

namespace hil::bench {
namespace {

using std::chrono::seconds;

class ProcessLine final : public LineBoard {
 public:
  explicit ProcessLine(std::unique_ptr<emulate::PacedBoard> board) : board_(std::move(board)) {}
  [[nodiscard]] std::string pty() const override { return board_->pty(); }
  Result<emulate::LineCounts> counts() override { return board_->counts(); }

 private:
  std::unique_ptr<emulate::PacedBoard> board_;
};

class VirtualLine final : public LineBoard {
 public:
  explicit VirtualLine(std::unique_ptr<emulate::VirtualBoard> board) : board_(std::move(board)) {}
  [[nodiscard]] std::string pty() const override { return board_->info().pty; }
  Result<emulate::LineCounts> counts() override {
    return board_->line_counts(Deadline::after(seconds(10)));
  }

 private:
  std::unique_ptr<emulate::VirtualBoard> board_;
};

}  // namespace

Result<std::unique_ptr<LineBoard>> start_line_board(const boards::Board& board,
                                                    const LineCase& where) {
  if (!board.emulator) {
    return Error{Blame::kConfig, fmt::format("{} does not run on this machine", board.id), ""};
  }
  if (board.emulator->kind == boards::EmulatorKind::kProcess) {
    HIL_ASSIGN(const auto agent, lab::find_agent(board, {}));
    emulate::PacedBoardOptions options;
    options.image = agent.path;
    options.baud = where.baud;
    options.turnaround = where.turnaround;
    HIL_ASSIGN(auto started, emulate::PacedBoard::start(options));
    return std::unique_ptr<LineBoard>(std::make_unique<ProcessLine>(std::move(started)));
  }
  emulate::VirtualBoardOptions options;
  options.board = board.id;
  options.more = {"--turnaround-ms", std::to_string(where.turnaround.count())};
  HIL_ASSIGN(auto started, emulate::VirtualBoard::start(options, Deadline::after(seconds(30))));
  return std::unique_ptr<LineBoard>(std::make_unique<VirtualLine>(std::move(started)));
}

Result<std::unique_ptr<lab::ReadyBoard>> open_line_board(const boards::Board& board,
                                                         const LineCase& where,
                                                         const LineBoard& line,
                                                         const FaultPlan& faults) {
  boards::Board at_rate = board;
  at_rate.serial.baud = where.baud;
  lab::ReadyOptions options;
  options.host_version = "link_bench";
  options.port = line.pty();
  options.flash = false;
  options.baud = where.baud;  // kept: nothing is raised
  options.faults = faults;
  return lab::make_ready(at_rate, options, Deadline::after(seconds(30)));
}

}  // namespace hil::bench
