// SPDX-License-Identifier: Apache-2.0
// A board whose agent is a program of this machine, on a fresh pty.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/base/subprocess.hpp"
#include "host/link/pty.hpp"

namespace hil::emulate {

/// The QEMU plugin by which an emulated agent counts its instructions; the build puts it beside the
/// agents.
inline constexpr const char* kCountPlugin = "libhilbench_count.so";

/// The command that runs an image made for processor @p core on this machine: @p runner as the
/// board file has it, or none if this machine has such a processor itself (uname's word for it).
std::vector<std::string> runner_here(const std::vector<std::string>& runner,
                                     const std::string& core);

/// The running agent and the host's end of its line. Destruction ends the process.
class ProcessBoard {
 public:
  /// Starts the agent at @p image. What it prints on standard error goes to ours. With a @p runner
  /// (QEMU's user mode: program and options) that runs it, and loads @p plugin (kCountPlugin), so
  /// that the agent's time is an exact count of instructions; the agent is told that it is
  /// emulated. The line's terminal has the rate @p baud before the agent starts (0: any; a pty
  /// passes bytes at once whatever it is).
  ///   kLab   no pseudo-terminal can be had, or there is no plugin for a runner
  ///   kTool  the program can't be started
  static Result<std::unique_ptr<ProcessBoard>> start(const std::filesystem::path& image,
                                                     const std::vector<std::string>& runner = {},
                                                     const std::filesystem::path& plugin = {},
                                                     std::uint32_t baud = 0);

  [[nodiscard]] Link& link() { return pty_.link(); }
  /// The link's descriptor, a pty's master.
  [[nodiscard]] int line() const { return pty_.master(); }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  /// How the process ended; blocks until it has or @p deadline passes (then nothing).
  std::optional<ExitStatus> wait_end(Deadline deadline) { return process_.wait(deadline); }

 private:
  ProcessBoard(Pty pty, Subprocess process);

  Pty pty_;  // outlives the process, so that its last bytes have a place to go
  Subprocess process_;
};

}  // namespace hil::emulate
