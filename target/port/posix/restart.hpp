// SPDX-License-Identifier: Apache-2.0
// Reset of the Linux agent: the process runs itself again and keeps its no-init memory and line.
#pragma once

namespace hil::port::posix {

/// How the program was started, for reset() to do it again. What is pointed to must stay.
struct Start {
  const char* program;
  const char* tty_path;
  /// Words of the command that runs us, "qemu-aarch64" and its options, and a null pointer; null if
  /// the kernel does.
  char** emulator;
};

/// Words of Start::emulator that reset() has room for.
inline constexpr int kMostEmulatorWords = 24;

/// Makes the memory that no_init() gives, or takes over that of the run before (@p kept_fd, -1 if
/// none), and prepares what reset() needs. False, and errno says why, if it cannot be had.
bool prepare_restart(const Start& start, int kept_fd);

/// Turns SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT into a crash note and a reset.
bool catch_faults();

}  // namespace hil::port::posix
