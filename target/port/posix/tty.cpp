// SPDX-License-Identifier: Apache-2.0
// The line of the Linux agent: bytes in, bytes out, and rest until either is possible.
#include "target/port/posix/tty.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "target/port/port.hpp"

namespace hil::port {
namespace {

constinit int g_tty = -1;
constinit bool g_write_blocked = false;  ///< the last write was not taken whole

/// The other end is gone, and with it the reason to run.
[[noreturn]] void end() {
  _exit(0);
}

bool try_again() {
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace

namespace posix {

bool open_tty(const char* path) {
  g_tty = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (g_tty < 0) return false;
  termios settings{};
  if (tcgetattr(g_tty, &settings) != 0) return false;
  cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  return tcsetattr(g_tty, TCSANOW, &settings) == 0;
}

bool adopt_tty(int fd) {
  g_tty = fd;
  return isatty(fd) == 1;
}

int tty_fd() {
  return g_tty;
}

}  // namespace posix

std::size_t read(std::span<std::uint8_t> buffer) {
  const ssize_t count = ::read(g_tty, buffer.data(), buffer.size());
  if (count > 0) return static_cast<std::size_t>(count);
  if (count == 0 || !try_again()) end();
  return 0;
}

std::size_t write(std::span<const std::uint8_t> bytes) {
  const ssize_t count = ::write(g_tty, bytes.data(), bytes.size());
  if (count < 0 && !try_again()) end();
  const std::size_t taken = count > 0 ? static_cast<std::size_t>(count) : 0;
  g_write_blocked = taken < bytes.size();
  return taken;
}

void pause_input() {}

std::size_t resume_input() {
  int waiting = 0;  // read() took all there was before the pause, so these came since
  return ioctl(g_tty, FIONREAD, &waiting) == 0 && waiting > 0 ? static_cast<std::size_t>(waiting)
                                                              : 0;
}

std::uint64_t byte_ticks() {
  return 0;
}

void idle(Idle mode) {
  if (mode == Idle::kBusy) return;
  const short events = g_write_blocked ? POLLIN | POLLOUT : POLLIN;
  pollfd line{g_tty, events, 0};
  const int count = poll(&line, 1, -1);
  if (count < 0 && errno != EINTR) end();
  // Bytes that came before the hang-up are read first; then read() sees the end itself.
  if (count > 0 && (line.revents & (POLLERR | POLLNVAL)) != 0) end();
}

}  // namespace hil::port
