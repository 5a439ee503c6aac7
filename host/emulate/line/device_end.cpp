// SPDX-License-Identifier: Apache-2.0
// DeviceEnd: send() where a closed end would raise SIGPIPE, write() where there are no sockets.
#include "host/emulate/line/device_end.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "host/emulate/line/terminal_rate.hpp"

namespace hil::emulate {
namespace {

/// What a system call that moves bytes has said; @p count as it returned.
std::optional<std::size_t> moved(ssize_t count) {
  if (count > 0) return static_cast<std::size_t>(count);
  // 0 is the end of a stream. EIO: nobody has the slave.
  const bool waits = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  return waits ? std::optional<std::size_t>(0) : std::nullopt;
}

}  // namespace

DeviceEnd::DeviceEnd(FileDescriptor stream)
    : stream_(std::move(stream)), is_terminal_(::isatty(stream_.get()) == 1) {
  const int flags = ::fcntl(stream_.get(), F_GETFL);
  if (flags >= 0) ::fcntl(stream_.get(), F_SETFL, flags | O_NONBLOCK);
}

std::optional<std::size_t> DeviceEnd::read(std::span<std::uint8_t> bytes) {
  if (bytes.empty()) return std::size_t{0};
  return moved(::read(stream_.get(), bytes.data(), bytes.size()));
}

std::optional<std::size_t> DeviceEnd::write(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return std::size_t{0};
  return moved(is_terminal_ ? ::write(stream_.get(), bytes.data(), bytes.size())
                            : ::send(stream_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

std::uint32_t DeviceEnd::rate() const {
  return is_terminal_ ? terminal_rate(stream_.get()) : 0;
}

}  // namespace hil::emulate
