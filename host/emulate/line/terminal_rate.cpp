// SPDX-License-Identifier: Apache-2.0
// terminal_rate(): termios2, for <termios.h> has only the rates with a name.
#include "host/emulate/line/terminal_rate.hpp"

#include <asm/termbits.h>
#include <sys/ioctl.h>

namespace hil::emulate {

std::uint32_t terminal_rate(int fd) {
  termios2 settings = {};
  return ::ioctl(fd, TCGETS2, &settings) == 0 ? settings.c_ospeed : 0;
}

bool set_terminal_rate(int fd, std::uint32_t baud) {
  termios2 settings = {};
  if (::ioctl(fd, TCGETS2, &settings) != 0) return false;
  settings.c_cflag &= ~static_cast<tcflag_t>(CBAUD | (CBAUD << IBSHIFT));
  settings.c_cflag |= BOTHER | (BOTHER << IBSHIFT);
  settings.c_ispeed = baud;
  settings.c_ospeed = baud;
  return ::ioctl(fd, TCSETS2, &settings) == 0;
}

}  // namespace hil::emulate
