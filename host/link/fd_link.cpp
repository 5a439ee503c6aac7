// SPDX-License-Identifier: Apache-2.0
// FdLink: read and write, with hang-ups turned into errors.
#include "host/link/fd_link.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "host/link/fd_wait.hpp"

namespace hil {
namespace {

bool nothing_now(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

bool gone(int error_number) {
  return error_number == EIO || error_number == EPIPE || error_number == ECONNRESET ||
         error_number == ENXIO || error_number == ENODEV;
}

}  // namespace

FdLink::FdLink(FileDescriptor fd, std::string name, std::uint32_t baud)
    : fd_(std::move(fd)), name_(std::move(name)), baud_(baud) {
  const int flags = ::fcntl(fd_.get(), F_GETFL);
  if (flags >= 0) ::fcntl(fd_.get(), F_SETFL, flags | O_NONBLOCK);
  struct stat status = {};
  is_socket_ = ::fstat(fd_.get(), &status) == 0 && S_ISSOCK(status.st_mode);
}

Result<std::size_t> FdLink::write(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return std::size_t{0};
  // A closed socket must give an error, not SIGPIPE; a tty never raises it.
  const ssize_t count = is_socket_ ? ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                   : ::write(fd_.get(), bytes.data(), bytes.size());
  if (count >= 0) return static_cast<std::size_t>(count);
  if (nothing_now(errno)) return std::size_t{0};
  return gone(errno) ? hung_up() : failed("writing", errno);
}

Result<std::size_t> FdLink::read_now(std::span<std::uint8_t> buffer) {
  const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
  if (count > 0) return static_cast<std::size_t>(count);
  if (count == 0) return hung_up();
  if (nothing_now(errno)) return std::size_t{0};
  return gone(errno) ? hung_up() : failed("reading", errno);
}

Result<std::size_t> FdLink::read(std::span<std::uint8_t> buffer, Deadline deadline) {
  if (buffer.empty()) return std::size_t{0};
  while (true) {
    HIL_ASSIGN(const std::size_t count, read_now(buffer));
    if (count > 0 || deadline.expired()) return count;
    HIL_TRY(wait(false, deadline));
  }
}

Status FdLink::wait(bool want_write, Deadline deadline) {
  switch (wait_for(fd_.get(), want_write, deadline)) {
    case Wakening::kReady:
      return {};
    case Wakening::kHangUp:
      return hung_up();
    case Wakening::kError:
      break;
  }
  return failed("waiting", errno);
}

Error FdLink::hung_up() const {
  return Error{Blame::kLink, fmt::format("{} hung up", name_),
               "check the cable and the board's power, then try again"};
}

Error FdLink::failed(const char* doing, int error_number) const {
  return Error{Blame::kLink, fmt::format("{} {}: {}", doing, name_, std::strerror(error_number)),
               "check the cable and the board's power, then try again"};
}

}  // namespace hil
