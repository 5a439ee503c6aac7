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
constinit const char* g_arguments[6] = {};  // program, tty, --resume, memory, line, end
constinit char g_kept_fd[12] = {};
constinit char g_tty_fd[12] = {};
// A stack that has overflowed cannot serve the handler.
alignas(16) constinit std::uint8_t g_fault_stack[16 * 1024] = {};

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/// Only functions that a signal handler may call.
[[noreturn]] void restart(frame::ResetCause cause) {
  g_kept->cause = cause;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // a blocked SIGSEGV would stay blocked in the next run
  // execv() does not change what the array points to; its type is older than const.
  execv("/proc/self/exe", const_cast<char* const*>(g_arguments));
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

bool prepare_restart(const char* program, const char* tty_path, int kept_fd) {
  const bool again = kept_fd >= 0;
  const int fd = again ? kept_fd : make_memory();
  if (fd < 0 || !large_enough(fd)) return false;
  void* memory = mmap(nullptr, sizeof(Kept), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return false;
  g_kept = static_cast<Kept*>(memory);
  if (again) g_cause = g_kept->cause;
  agent::TextWriter(g_kept_fd).put(static_cast<std::uint64_t>(fd));
  agent::TextWriter(g_tty_fd).put(static_cast<std::uint64_t>(tty_fd()));
  g_arguments[0] = program;
  g_arguments[1] = tty_path;
  g_arguments[2] = "--resume";
  g_arguments[3] = g_kept_fd;
  g_arguments[4] = g_tty_fd;
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

frame::ResetCause reset_cause() {
  return g_cause;
}

std::span<std::uint8_t> no_init() {
  return g_kept->no_init;
}

}  // namespace hil::port
