// SPDX-License-Identifier: Apache-2.0
// The line of the Linux agent: bytes in, bytes out, and rest until either is possible.
#include "target/port/posix/tty.hpp"

// Not <termios.h>: it declares another struct termios, without arbitrary rates.
#include <asm/termbits.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "target/port/port.hpp"
#include "target/port/posix/counter.hpp"
#include "target/port/posix/emulation.hpp"

namespace hil::port {
namespace {

constexpr std::uint64_t kNanoseconds = 1'000'000'000;

constinit int g_tty = -1;
constinit bool g_write_blocked = false;  ///< the last write was not taken whole
constinit bool g_paused = false;         ///< by pause_input()
/// What the line had before set_rate() was first asked for another; 0: it has that still. Whoever
/// has given us the terminal may set its rate after we have opened it.
constinit std::uint32_t g_first_baud = 0;

/// What host programs and adapters commonly do; a pty takes any.
constexpr std::uint32_t kBauds[] = {115'200,   230'400,   460'800,   921'600,
                                    1'000'000, 1'500'000, 2'000'000, 3'000'000};

/// The other end is gone, and with it the reason to run.
[[noreturn]] void end() {
  _exit(0);
}

std::size_t waiting_bytes() {
  int waiting = 0;
  return ioctl(g_tty, FIONREAD, &waiting) == 0 && waiting > 0 ? static_cast<std::size_t>(waiting)
                                                              : 0;
}

bool try_again() {
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace

namespace posix {

bool open_tty(const char* path) {
  g_tty = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (g_tty < 0) return false;
  termios settings{};  // not termios2, which QEMU's user emulation does not know
  if (ioctl(g_tty, TCGETS, &settings) != 0) return false;
  settings.c_iflag = settings.c_oflag = settings.c_lflag = 0;
  settings.c_cflag = (settings.c_cflag & (CBAUD | CIBAUD)) | CS8 | CLOCAL | CREAD;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  return ioctl(g_tty, TCSETS, &settings) == 0;
}

bool adopt_tty(int fd) {
  termios settings{};
  g_tty = fd;
  return ioctl(fd, TCGETS, &settings) == 0;
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

void pause_input() {
  g_paused = true;
}

std::size_t resume_input() {
  g_paused = false;
  return waiting_bytes();  // read() took all there was before the pause, so these came since
}

std::span<const std::uint32_t> bauds() {
  termios2 settings{};
  if (ioctl(g_tty, TCGETS2, &settings) != 0) return {};  // no way to set any
  return kBauds;
}

void set_rate(std::uint32_t baud) {
  termios2 settings{};
  if (ioctl(g_tty, TCGETS2, &settings) != 0) return;
  if (g_first_baud == 0) g_first_baud = settings.c_ospeed;
  settings.c_cflag = (settings.c_cflag & ~static_cast<tcflag_t>(CBAUD | CIBAUD)) | BOTHER;
  settings.c_ispeed = settings.c_ospeed = baud != 0 ? baud : g_first_baud;
  // A line that refuses stays as it is: the host proves every rate.
  static_cast<void>(ioctl(g_tty, TCSETS2, &settings));
}

std::uint64_t byte_ticks() {
  return 0;
}

void idle(Idle mode) {
  if (mode == Idle::kBusy) return;
  const short events = g_write_blocked ? POLLIN | POLLOUT : POLLIN;
  pollfd line{g_tty, events, 0};
  const std::int64_t wait_ns = g_write_blocked ? -1 : posix::counter_wait_ns();
  const timespec wait{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
  const int count = ppoll(&line, 1, wait_ns < 0 ? nullptr : &wait, nullptr);
  if (count < 0 && errno != EINTR) end();
  // Bytes that came before the hang-up are read first; then read() sees the end itself.
  if (count > 0 && (line.revents & (POLLERR | POLLNVAL)) != 0) end();
}

/// A process has one kind of sleep. Ticks are nanoseconds, unless an emulator counts instructions:
/// of these there are none while it sleeps, so there it spins.
Idle rest(Idle mode, std::uint64_t until) {
  if (mode == Idle::kBusy || posix::emulated()) {
    while (ticks() < until && (g_paused || waiting_bytes() == 0)) {
    }
    return Idle::kBusy;
  }
  const std::uint64_t now = ticks();
  if (now >= until) return Idle::kWait;
  const timespec left{static_cast<time_t>((until - now) / kNanoseconds),
                      static_cast<long>((until - now) % kNanoseconds)};
  pollfd line{g_tty, POLLIN, 0};
  const int count = ppoll(&line, g_paused ? 0 : 1, &left, nullptr);
  if (count < 0 && errno != EINTR) end();
  return Idle::kWait;
}

}  // namespace hil::port
