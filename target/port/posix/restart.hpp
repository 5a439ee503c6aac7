// SPDX-License-Identifier: Apache-2.0
// Reset of the Linux agent: the process runs itself again and keeps its no-init memory and line.
#pragma once

namespace hil::port::posix {

/// Makes the memory that no_init() gives, or takes over that of the run before (@p kept_fd, -1 if
/// none), and prepares what reset() needs. False, and errno says why, if it cannot be had.
bool prepare_restart(const char* program, const char* tty_path, int kept_fd);

/// Turns SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT into a crash note and a reset.
bool catch_faults();

}  // namespace hil::port::posix
