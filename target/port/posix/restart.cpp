// SPDX-License-Identifier: Apache-2.0
// Reset of the Linux agent: the process runs itself again and keeps its no-init memory and line.
#include "target/port/posix/restart.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/agent/crash_note.hpp"
#include "target/agent/text.hpp"
#include "target/port/port.hpp"
#include "target/port/posix/tty.hpp"

namespace hil::port {
namespace {

constexpr int kExitSoftware = 70;

/// Shared with the next run through a file that exists in memory only.
struct Kept {
  alignas(16) std::uint8_t no_init[240];
  frame::ResetCause cause;  ///< of the next start
};

constinit Kept* g_kept = nullptr;
constinit frame::ResetCause g_cause = frame::ResetCause::kPowerOn;
constinit posix::Start g_start = {};
constinit char g_kept_fd[12] = {};
constinit char g_tty_fd[12] = {};
// A stack that has overflowed cannot serve the handler.
alignas(16) constinit std::uint8_t g_fault_stack[16 * 1024] = {};

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/// A command line in the making.
struct Words {
  const char* list[2 * posix::kMostEmulatorWords + 7];
  int count = 0;

  void put(const char* word) { list[count++] = word; }
  void put_emulator() {
    for (char** word = g_start.emulator; word != nullptr && *word != nullptr; ++word)
      put(*word);
  }
};

/// Runs the program again. Only functions that a signal handler may call; execvp() is none on
/// paper, but glibc's needs no more than the stack.
void run_again() {
  Words words;
  words.put_emulator();
  words.put(g_start.program);
  words.put(g_start.tty_path);
  words.put("--resume");
  words.put(g_kept_fd);
  words.put(g_tty_fd);
  if (g_start.emulator != nullptr) words.put("--emulator");
  words.put_emulator();
  words.put(nullptr);
  // Neither call changes what the array points to; their types are older than const.
  const auto arguments = const_cast<char* const*>(words.list);
  if (g_start.emulator == nullptr) {
    execv("/proc/self/exe", arguments);
  } else {
    execvp(arguments[0], arguments);
  }
}

[[noreturn]] void restart(frame::ResetCause cause) {
  g_kept->cause = cause;
  set_rate(0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // a blocked SIGSEGV would stay blocked in the next run
  run_again();
  _exit(kExitSoftware);
}

const char* name_of_fault(int number) {
  switch (number) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    default:
      return "SIGABRT";
  }
}

void on_fault(int number) {
  agent::crash::write(name_of_fault(number));
  restart(frame::ResetCause::kFault);
}

int make_memory() {
  const int fd = memfd_create("hilbench-no-init", 0);
  return fd >= 0 && ftruncate(fd, sizeof(Kept)) == 0 ? fd : -1;
}

bool large_enough(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && status.st_size >= static_cast<off_t>(sizeof(Kept));
}

}  // namespace

namespace posix {

bool prepare_restart(const Start& start, int kept_fd) {
  const bool again = kept_fd >= 0;
  const int fd = again ? kept_fd : make_memory();
  if (fd < 0 || !large_enough(fd)) return false;
  void* memory = mmap(nullptr, sizeof(Kept), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return false;
  g_kept = static_cast<Kept*>(memory);
  if (again) g_cause = g_kept->cause;
  agent::TextWriter(g_kept_fd).put(static_cast<std::uint64_t>(fd));
  agent::TextWriter(g_tty_fd).put(static_cast<std::uint64_t>(tty_fd()));
  g_start = start;
  return true;
}

bool catch_faults() {
  stack_t stack{};
  stack.ss_sp = g_fault_stack;
  stack.ss_size = sizeof(g_fault_stack);
  if (sigaltstack(&stack, nullptr) != 0) return false;
  struct sigaction action {};
  action.sa_handler = on_fault;
  // A second fault inside the handler ends the process the ordinary way.
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
  for (const int fault : kFaults) {
    if (sigaction(fault, &action, nullptr) != 0) return false;
  }
  return true;
}

}  // namespace posix

void reset() {
  restart(frame::ResetCause::kSoftware);
}

void fatal() {
  restart(frame::ResetCause::kFault);
}

/// Writes where code lies, which is not writable.
void fault() {
  auto* const code = reinterpret_cast<volatile std::uint8_t*>(&fault);
  for (;;)
    *code = 0;
}

frame::ResetCause reset_cause() {
  return g_cause;
}

std::span<std::uint8_t> no_init() {
  return g_kept->no_init;
}

}  // namespace hil::port
