// SPDX-License-Identifier: Apache-2.0
// hilbench-agent-BOARD TTY: the agent as a process of its own, spoken to as a serial board is.
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "target/agent/agent.hpp"
#include "target/port/posix/clock.hpp"
#include "target/port/posix/emulation.hpp"
#include "target/port/posix/image.hpp"
#include "target/port/posix/restart.hpp"
#include "target/port/posix/stack.hpp"
#include "target/port/posix/tty.hpp"

namespace {

constexpr int kExitUsage = 2;
#define HIL_PROGRAM "hilbench-agent-" HIL_BOARD_ID

constexpr char kUsage[] =
    "usage: " HIL_PROGRAM
    " TTY [--emulator COMMAND...] | --version\n"
    "Runs the hilbench agent on a pty or serial port until the other end hangs up.\n"
    "COMMAND, to the end of the line: the emulator and its options that run this program.\n";
constexpr char kNoCount[] = HIL_PROGRAM
    ": an emulator runs this program and does not count its instructions\n"
    "  hint: load hilbench's plugin: qemu-... -B BASE -plugin "
    "libhilbench_count.so,guest_base=BASE\n";

void say(int fd, const char* text) {
  // Nothing can be done when even this fails.
  static_cast<void>(!write(fd, text, std::strlen(text)));
}

int fail(const char* what) {
  const int error = errno;
  say(STDERR_FILENO, HIL_PROGRAM ": ");
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

using hil::port::posix::Start;

/// File descriptors of the run before a reset, as text; null at the first start.
struct Inherited {
  const char* memory = nullptr;
  const char* line = nullptr;
};

int run(const Start& start, const Inherited& inherited) {
  using namespace hil::port::posix;
  begin_ticks();
  if (!begin_clock(start.emulator != nullptr)) {
    say(STDERR_FILENO, kNoCount);
    return kExitUsage;
  }
  if (!die_with_parent()) return fail("the parent process is gone");
  prctl(PR_SET_NAME, "hilbench-agent");  // a reset would leave "exe"
  const bool again = inherited.memory != nullptr;
  if (!(again ? adopt_tty(std::atoi(inherited.line)) : open_tty(start.tty_path))) {
    return fail(start.tty_path);
  }
  if (!prepare_restart(start, again ? std::atoi(inherited.memory) : -1)) {
    return fail("no-init memory");
  }
  if (!catch_faults()) return fail("signal handlers");
  paint_stack();
  hil::agent::start();
  for (;;)
    hil::agent::step();
}

/// TTY [--resume MEMORY LINE] [--emulator WORD...]. False if it is anything else.
bool parse(int count, char** arguments, Start& start, Inherited& inherited) {
  if (count < 2 || arguments[1][0] == '-') return false;
  start = {arguments[0], arguments[1], nullptr};
  int next = 2;
  if (count >= next + 3 && std::strcmp(arguments[next], "--resume") == 0) {
    inherited = {arguments[next + 1], arguments[next + 2]};
    next += 3;
  }
  if (count >= next + 2 && std::strcmp(arguments[next], "--emulator") == 0) {
    start.emulator = &arguments[next + 1];
    if (count - (next + 1) > hil::port::posix::kMostEmulatorWords) return false;
    next = count;
  }
  return next == count;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::strcmp(arguments[1], "--version") == 0) {
    say(STDOUT_FILENO, HIL_PROGRAM " " HIL_VERSION "\n");
    return 0;
  }
  Start start{};
  Inherited inherited;
  if (parse(count, arguments, start, inherited)) return run(start, inherited);
  say(STDERR_FILENO, kUsage);
  return kExitUsage;
}
