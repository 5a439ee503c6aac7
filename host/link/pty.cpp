// SPDX-License-Identifier: Apache-2.0
// Pty: a pseudo-terminal pair set to pass bytes as they are.
#include "host/link/pty.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hil {
namespace {

Error no_pty(const char* doing) {
  return Error{Blame::kLab,
               fmt::format("cannot {} a pseudo-terminal: {}", doing, std::strerror(errno)),
               "check that /dev/pts is mounted and not full (sysctl kernel.pty.max)"};
}

/// Raw, 8N1, no echo. The settings belong to the pair, so one end's are both ends'.
bool make_raw(int fd) {
  termios settings = {};
  if (::tcgetattr(fd, &settings) != 0) return false;
  ::cfmakeraw(&settings);
  settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | PARENB | CRTSCTS | CSIZE);
  settings.c_cflag |= CS8 | CREAD | CLOCAL;
  return ::tcsetattr(fd, TCSANOW, &settings) == 0;
}

}  // namespace

Result<Pty> Pty::open(std::uint32_t baud) {
  FileDescriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master.is_open()) return no_pty("open");
  if (::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0) return no_pty("unlock");
  std::array<char, 128> path{};
  if (::ptsname_r(master.get(), path.data(), path.size()) != 0) return no_pty("name");
  FileDescriptor slave(::open(path.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave.is_open()) return no_pty("open the other end of");
  if (!make_raw(slave.get())) return no_pty("set up");
  std::string slave_path(path.data());
  auto link = std::make_unique<FdLink>(std::move(master), "pty " + slave_path, baud);
  return Pty(std::move(link), std::move(slave), std::move(slave_path));
}

Pty::Pty(std::unique_ptr<FdLink> link, FileDescriptor slave, std::string slave_path)
    : link_(std::move(link)), slave_(std::move(slave)), slave_path_(std::move(slave_path)) {}

}  // namespace hil
