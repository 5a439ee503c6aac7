// SPDX-License-Identifier: Apache-2.0
// This program's own ioctl(), which libserialport then calls: modem lines for pseudo-terminals.
#include <asm/termbits.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

#include "tests/host/link/fake_serial_port.hpp"

namespace hil {
namespace {

int set_lines(int lines) {
  if (fake_modem().refuses_lines && lines != fake_modem().lines) {
    errno = EINVAL;
    return -1;
  }
  fake_modem().lines = lines;
  return 0;
}

/// The request on a terminal that has no modem lines; -1 with ENOTTY if it is about something else.
int modem_lines(unsigned long request, int* lines) {
  switch (request) {
    case TIOCMGET:
      *lines = fake_modem().lines;
      return 0;
    case TIOCMSET:
      return set_lines(*lines);
    case TIOCMBIS:
      return set_lines(fake_modem().lines | *lines);
    case TIOCMBIC:
      return set_lines(fake_modem().lines & ~*lines);
    default:
      errno = ENOTTY;
      return -1;
  }
}

bool sets_terminal(unsigned long request) {
  return request == TCSETS2 || request == TCSETSW2 || request == TCSETSF2;
}

void limit_rate(termios2* settings) {
  const std::uint32_t most = fake_modem().most_baud;
  if (most == 0 || settings->c_ospeed <= most) return;
  settings->c_ispeed = 9600;
  settings->c_ospeed = 9600;
}

}  // namespace

FakeModem& fake_modem() {
  static FakeModem modem;
  return modem;
}

}  // namespace hil

extern "C" int ioctl(int descriptor, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (hil::sets_terminal(request)) hil::limit_rate(static_cast<termios2*>(argument));
  const long result = ::syscall(SYS_ioctl, descriptor, request, argument);
  if (result >= 0 || errno != ENOTTY) return static_cast<int>(result);
  return hil::modem_lines(request, static_cast<int*>(argument));
}
