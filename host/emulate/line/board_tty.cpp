// SPDX-License-Identifier: Apache-2.0
// BoardTty: a Pty whose slave is kept open, and its rate by the ioctls of Linux for odd rates.
#include "host/emulate/line/board_tty.hpp"

#include <asm/termbits.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hil::emulate {
namespace {

/// <termios.h> has only the rates with a name; termios2 has any number.
bool set_rate(int slave, std::uint32_t baud) {
  termios2 settings = {};
  if (::ioctl(slave, TCGETS2, &settings) != 0) return false;
  settings.c_cflag &= ~static_cast<tcflag_t>(CBAUD | (CBAUD << IBSHIFT));
  settings.c_cflag |= BOTHER | (BOTHER << IBSHIFT);
  settings.c_ispeed = baud;
  settings.c_ospeed = baud;
  return ::ioctl(slave, TCSETS2, &settings) == 0;
}

FileDescriptor open_slave(const std::string& path) {
  return FileDescriptor(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

Result<BoardTty> BoardTty::open(std::uint32_t baud) {
  HIL_ASSIGN(Pty pty, Pty::open(baud));
  FileDescriptor keeper = open_slave(pty.slave_path());
  if (!keeper.is_open() || (baud != 0 && !set_rate(keeper.get(), baud))) {
    return Error{Blame::kLab,
                 fmt::format("cannot set up {}: {}", pty.slave_path(), std::strerror(errno)), ""};
  }
  pty.release_slave();
  return BoardTty(std::move(pty), std::move(keeper));
}

BoardTty::BoardTty(Pty pty, FileDescriptor keeper)
    : pty_(std::move(pty)), keeper_(std::move(keeper)) {}

std::uint32_t BoardTty::rate() const {
  termios2 settings = {};
  return ::ioctl(keeper_.get(), TCGETS2, &settings) == 0 ? settings.c_ospeed : 0;
}

Result<std::size_t> BoardTty::read(std::span<std::uint8_t> bytes) {
  auto count = pty_.link().read(bytes, Deadline::until({}));
  if (count.ok()) return count;
  HIL_TRY(revive(count.error()));
  return std::size_t{0};
}

Result<std::size_t> BoardTty::write(std::span<const std::uint8_t> bytes) {
  auto count = pty_.link().write(bytes);
  if (count.ok()) return count;
  HIL_TRY(revive(count.error()));
  return std::size_t{0};
}

Status BoardTty::revive(const Error& hung_up) {
  FileDescriptor slave = open_slave(path());
  if (!slave.is_open()) return hung_up;
  keeper_ = std::move(slave);
  return {};
}

}  // namespace hil::emulate
