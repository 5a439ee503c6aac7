// SPDX-License-Identifier: Apache-2.0
// TtyLink: termios2 for any rate, FdLink for the bytes, OutputBound for how many.
#include "host/link/tty_link.hpp"

// Not <termios.h>: it declares another struct termios, without arbitrary rates.
#include <asm/termbits.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/base/device_access.hpp"
#include "host/link/drain.hpp"
#include "host/link/line_rate.hpp"

namespace hil {
namespace {

Error not_set(const std::string& path, int error_number) {
  if (error_number == EIO) return cannot_open(path, error_number);
  return Error{Blame::kConfig,
               fmt::format("cannot set up {}: {}", path, std::strerror(error_number)),
               "check that it is a serial port or a pseudo-terminal"};
}

/// Bytes pass as they are: no echo, no translation, no flow control, no modem lines.
termios2 raw_settings(const termios2& before, std::uint32_t baud) {
  termios2 settings = before;
  settings.c_iflag = 0;
  settings.c_oflag = 0;
  settings.c_lflag = 0;
  settings.c_cflag = (before.c_cflag & (CBAUD | CIBAUD)) | CS8 | CREAD | CLOCAL;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  if (baud != 0) {
    settings.c_cflag = (settings.c_cflag & ~static_cast<tcflag_t>(CBAUD | CIBAUD)) | BOTHER;
    settings.c_ispeed = baud;
    settings.c_ospeed = baud;
  }
  return settings;
}

Status set_rate(int fd, const std::string& path, std::uint32_t baud) {
  termios2 settings = {};
  if (::ioctl(fd, TCGETS2, &settings) != 0) return not_set(path, errno);
  settings = raw_settings(settings, baud);
  if (::ioctl(fd, TCSETS2, &settings) != 0) return not_set(path, errno);
  return {};
}

/// The rate that the terminal says it has.
///   kConfig  it is another one than @p wanted
Result<std::uint32_t> read_back(int fd, const std::string& path, std::uint32_t wanted) {
  termios2 settings = {};
  if (::ioctl(fd, TCGETS2, &settings) != 0) return not_set(path, errno);
  if (rate_fits(wanted, settings.c_ospeed)) return settings.c_ospeed;
  return Error{
      Blame::kConfig,
      fmt::format("{} does not do {} baud: it was set to {}", path, wanted, settings.c_ospeed),
      "choose a rate that the adapter can do"};
}

/// Sets the terminal up and returns the rate it then has (0 for a line without one).
Result<std::uint32_t> set_up(int fd, const std::string& path, std::uint32_t baud) {
  HIL_TRY(set_rate(fd, path, baud));
  if (::ioctl(fd, TCFLSH, TCIOFLUSH) != 0) return not_set(path, errno);
  if (baud == 0) return 0u;
  return read_back(fd, path, baud);
}

}  // namespace

Result<std::unique_ptr<TtyLink>> TtyLink::open(const std::string& path, std::uint32_t baud) {
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.is_open()) return cannot_open(path, errno);
  HIL_TRY(lock_device(fd.get(), path));
  HIL_ASSIGN(const std::uint32_t real, set_up(fd.get(), path, baud));
  return std::unique_ptr<TtyLink>(new TtyLink(std::move(fd), path, real));
}

TtyLink::TtyLink(FileDescriptor fd, const std::string& path, std::uint32_t baud)
    : fd_(fd.get()),
      path_(path),
      link_(std::move(fd), "tty " + path, baud),
      baud_(baud),
      bound_(baud) {}

Status TtyLink::set_baud(std::uint32_t baud) {
  if (baud_ == 0 || baud == 0) return Link::set_baud(baud);
  HIL_TRY(drain(
      bound_, [this] { return queued(); }, name()));
  HIL_TRY(set_rate(fd_, path_, baud));
  const auto real = read_back(fd_, path_, baud);
  if (!real) {
    HIL_TRY(set_rate(fd_, path_, baud_));
    return real.error();
  }
  baud_ = *real;
  bound_ = OutputBound(baud_);
  return {};
}

std::size_t TtyLink::queued() const {
  int bytes = 0;
  return ::ioctl(fd_, TIOCOUTQ, &bytes) == 0 ? static_cast<std::size_t>(std::max(bytes, 0)) : 0;
}

Result<std::size_t> TtyLink::write(std::span<const std::uint8_t> bytes) {
  const auto now = Deadline::Clock::now();
  // The kernel is only asked where it can make it less: that costs more than all the rest here.
  if (bytes.empty() || bound_.room(0, now) == 0) return std::size_t{0};
  const std::size_t most = std::min(bound_.room(queued(), now), bytes.size());
  HIL_ASSIGN(const std::size_t count, link_.write(bytes.first(most)));
  bound_.wrote(count, now, count == most);
  return count;
}

Result<std::size_t> TtyLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  return link_.read(buffer, deadline);
}

Status TtyLink::wait(bool want_write, Deadline deadline) {
  if (!want_write) return link_.wait(false, deadline);
  const auto room_at = bound_.room_at(queued(), Deadline::Clock::now());
  if (room_at <= Deadline::Clock::now()) return link_.wait(true, deadline);
  return link_.wait(false, Deadline::earlier(deadline, Deadline::until(room_at)));
}

}  // namespace hil
