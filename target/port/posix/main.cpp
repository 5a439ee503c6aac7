// SPDX-License-Identifier: Apache-2.0
// hilbench-agent-linux TTY: the agent as a process of its own, spoken to as a serial board is.
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "target/agent/agent.hpp"
#include "target/port/posix/restart.hpp"
#include "target/port/posix/stack.hpp"
#include "target/port/posix/tty.hpp"

namespace {

constexpr int kExitUsage = 2;
constexpr char kUsage[] =
    "usage: hilbench-agent-linux TTY | --version\n"
    "Runs the hilbench agent on a pty or serial port until the other end hangs up.\n";

void say(int fd, const char* text) {
  // Nothing can be done when even this fails.
  static_cast<void>(!write(fd, text, std::strlen(text)));
}

int fail(const char* what) {
  const int error = errno;
  say(STDERR_FILENO, "hilbench-agent-linux: ");
  say(STDERR_FILENO, what);
  say(STDERR_FILENO, ": ");
  const char* reason = strerrordesc_np(error);
  say(STDERR_FILENO, reason != nullptr ? reason : "unknown error");
  say(STDERR_FILENO, "\n");
  return kExitUsage;
}

/// Nobody stays behind when the host program is killed.
bool die_with_parent() {
  const pid_t parent = getppid();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  return getppid() == parent;  // else it died before the kernel knew of our wish
}

/// @p kept and @p line: file descriptors of the run before a reset, null at the first start.
int run(const char* program, const char* path, const char* kept, const char* line) {
  using namespace hil::port::posix;
  if (!die_with_parent()) return fail("the parent process is gone");
  prctl(PR_SET_NAME, "hilbench-agent");  // a reset would leave "exe"
  const bool again = kept != nullptr;
  if (!(again ? adopt_tty(std::atoi(line)) : open_tty(path))) return fail(path);
  if (!prepare_restart(program, path, again ? std::atoi(kept) : -1)) return fail("no-init memory");
  if (!catch_faults()) return fail("signal handlers");
  paint_stack();
  hil::agent::start();
  for (;;)
    hil::agent::step();
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::strcmp(arguments[1], "--version") == 0) {
    say(STDOUT_FILENO, "hilbench-agent-linux " HIL_VERSION "\n");
    return 0;
  }
  if (count == 2 && arguments[1][0] != '-')
    return run(arguments[0], arguments[1], nullptr, nullptr);
  if (count == 5 && std::strcmp(arguments[2], "--resume") == 0) {
    return run(arguments[0], arguments[1], arguments[3], arguments[4]);
  }
  say(STDERR_FILENO, kUsage);
  return kExitUsage;
}
