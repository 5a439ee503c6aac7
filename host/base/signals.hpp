// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and SIGTERM as a flag that loops look at.
#pragma once

#include <csignal>

namespace hil {

/// While it lives, the first SIGINT or SIGTERM only sets a flag; the second one of the same number
/// kills the process at once. One exists at a time; destruction restores what was there before.
class StopRequest {
 public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  /// True once a signal has come.
  [[nodiscard]] bool requested() const { return signal() != 0; }
  /// The first signal that came, 0 if none. An exit code is 128 plus this.
  [[nodiscard]] int signal() const;

  /// What signal() of the last one was: it may be gone when somebody asks why a command failed.
  [[nodiscard]] static int last_signal();

 private:
  struct sigaction old_int_ = {};
  struct sigaction old_term_ = {};
};

}  // namespace hil
