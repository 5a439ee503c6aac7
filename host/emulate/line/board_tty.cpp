// SPDX-License-Identifier: Apache-2.0
// BoardTty: a Pty whose slave is kept open.
#include "host/emulate/line/board_tty.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "host/emulate/line/terminal_rate.hpp"

namespace hil::emulate {
namespace {

FileDescriptor open_slave(const std::string& path) {
  return FileDescriptor(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

Result<BoardTty> BoardTty::open(std::uint32_t baud) {
  HIL_ASSIGN(Pty pty, Pty::open(baud));
  FileDescriptor keeper = open_slave(pty.slave_path());
  if (!keeper.is_open() || (baud != 0 && !set_terminal_rate(keeper.get(), baud))) {
    return Error{Blame::kLab,
                 fmt::format("cannot set up {}: {}", pty.slave_path(), std::strerror(errno)), ""};
  }
  pty.release_slave();
  return BoardTty(std::move(pty), std::move(keeper));
}

BoardTty::BoardTty(Pty pty, FileDescriptor keeper)
    : pty_(std::move(pty)), keeper_(std::move(keeper)) {}

std::uint32_t BoardTty::rate() const {
  return terminal_rate(keeper_.get());
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
