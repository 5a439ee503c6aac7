// SPDX-License-Identifier: Apache-2.0
// Another program, started without a shell, watched, and ended with its starter.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"

namespace hil {

/// One of our descriptors that a program gets under a number of its choice.
struct InheritedFd {
  int ours = -1;    ///< stays the caller's
  int number = -1;  ///< in the child; 3 or above, each once
};

struct SpawnOptions {
  /// Program and arguments. A program without a slash is looked up in PATH.
  std::vector<std::string> argv;
  /// Descriptors that become the program's standard streams; -1: /dev/null. They stay the caller's.
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  /// Further descriptors for the program.
  std::vector<InheritedFd> inherit;
  /// Between SIGTERM and SIGKILL when the program is ended.
  std::chrono::milliseconds grace{500};
};

/// How a program ended.
struct ExitStatus {
  int code = 0;    ///< of exit(), if signal is 0
  int signal = 0;  ///< that ended it, 0 if none

  [[nodiscard]] bool clean() const { return code == 0 && signal == 0; }
  /// "exited with status 3" or "ended by signal 9 (SIGKILL)".
  [[nodiscard]] std::string text() const;
};

/// One child process in a process group of its own, so that Ctrl-C in a terminal does not reach it.
/// It inherits no descriptor but its standard streams and those asked for, and the kernel ends it
/// when the thread that spawned it dies. Destruction ends it. Not thread-safe.
class Subprocess {
 public:
  /// Starts the program and returns once it runs (or failed to).
  ///   kTool  it can't be executed (missing, no permission, not a program), or no process, pipe or
  ///          memory could be had; `what` names the program and the reason
  ///   kBug   no program is named, or a number in `inherit` is below 3 or given twice
  static Result<Subprocess> spawn(const SpawnOptions& options);

  Subprocess(Subprocess&& other) noexcept;
  Subprocess& operator=(Subprocess&& other) noexcept;
  ~Subprocess();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// How it ended, if it has. Never blocks.
  std::optional<ExitStatus> poll();

  /// Blocks until it ends or @p deadline passes (then nothing).
  std::optional<ExitStatus> wait(Deadline deadline);

  /// Asks it to end (SIGTERM to its group), kills it after the grace period, and returns how it
  /// ended. At once if it has ended before.
  ExitStatus terminate();

 private:
  Subprocess(pid_t pid, FileDescriptor pid_fd, std::chrono::milliseconds grace);
  void signal_group(int number) const;

  pid_t pid_ = -1;         ///< -1: moved from
  FileDescriptor pid_fd_;  ///< readable when it has ended; closed if the kernel has none
  std::chrono::milliseconds grace_{500};
  std::optional<ExitStatus> ended_;
};

}  // namespace hil
