// SPDX-License-Identifier: Apache-2.0
// A process board behind a paced line, for those who want to reach it as a board on a desk.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/line/line_relay.hpp"
#include "host/emulate/process_board.hpp"

namespace hil::emulate {

struct PacedBoardOptions {
  std::filesystem::path image;              ///< as for ProcessBoard::start()
  std::vector<std::string> runner;          ///< likewise
  std::filesystem::path plugin;             ///< likewise
  std::uint32_t baud = 115'200;             ///< of both ends, until each sets another
  std::chrono::microseconds turnaround{0};  ///< LineRelay's
};

/// The agent and the line are both ended by the destructor. If the agent sets its terminal to
/// another rate than the host, both hear garbage (LineRelay). Thread-safe like LineRelay.
class PacedBoard {
 public:
  ///   kLab  no pty or descriptor can be had
  ///   and every error of ProcessBoard::start()
  static Result<std::unique_ptr<PacedBoard>> start(const PacedBoardOptions& options);

  /// Path of the terminal to open: "/dev/pts/7".
  [[nodiscard]] std::string pty() const { return relay_->pty(); }
  [[nodiscard]] LineCounts counts() const { return relay_->counts(); }
  /// Breaks the line as a pulled cable does; pty() is another one then.
  ///   kLab  no new one can be had
  Status hang_up() { return relay_->hang_up(); }
  /// Of the agent.
  [[nodiscard]] pid_t pid() const { return process_->pid(); }

 private:
  PacedBoard(std::unique_ptr<ProcessBoard> process, std::unique_ptr<LineRelay> relay)
      : process_(std::move(process)), relay_(std::move(relay)) {}

  std::unique_ptr<ProcessBoard> process_;
  std::unique_ptr<LineRelay> relay_;  ///< goes first: the process ends once nobody has its line
};

}  // namespace hil::emulate
