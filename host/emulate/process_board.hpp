// SPDX-License-Identifier: Apache-2.0
// A board whose agent is a program of this machine, on a fresh pty.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/base/subprocess.hpp"
#include "host/link/pty.hpp"

namespace hil::emulate {

/// The running agent and the host's end of its line. Destruction ends the process.
class ProcessBoard {
 public:
  /// Starts the agent at @p image. What it prints on standard error goes to ours.
  ///   kLab   no pseudo-terminal can be had
  ///   kTool  the program can't be started
  static Result<std::unique_ptr<ProcessBoard>> start(const std::filesystem::path& image);

  [[nodiscard]] Link& link() { return pty_.link(); }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  /// How the process ended; blocks until it has or @p deadline passes (then nothing).
  std::optional<ExitStatus> wait_end(Deadline deadline) { return process_.wait(deadline); }

 private:
  ProcessBoard(Pty pty, Subprocess process);

  Pty pty_;  // outlives the process, so that its last bytes have a place to go
  Subprocess process_;
};

}  // namespace hil::emulate
