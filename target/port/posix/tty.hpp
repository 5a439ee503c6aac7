// SPDX-License-Identifier: Apache-2.0
// The line of the Linux agent: a pty slave, or a real serial port.
#pragma once

namespace hil::port::posix {

/// Opens @p path as a raw, non-blocking line. False, and errno says why, if it is no terminal.
bool open_tty(const char* path);
/// Takes over @p fd, opened by open_tty() before a reset.
bool adopt_tty(int fd);
/// The open line, -1 if none.
[[nodiscard]] int tty_fd();

}  // namespace hil::port::posix
