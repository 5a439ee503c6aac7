// SPDX-License-Identifier: Apache-2.0
// ClientSocket: receive what is there, send all or give up.
#include "host/emulate/probe/fronts/client_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace hil::emulate {
namespace {

constexpr std::size_t kMostAtOnce = 65536;
constexpr int kPatienceMs = 5000;

bool later(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

bool ClientSocket::receive(std::vector<std::uint8_t>& bytes) {
  bytes.resize(kMostAtOnce);
  const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  // OpenOCD's end holds small pieces back until what it sent is acknowledged (Nagle), which the
  // kernel delays by up to 40 ms if not told otherwise, each time anew.
  const int error = errno;
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return count > 0 || (count < 0 && later(error));
}

bool ClientSocket::send(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      continue;
    }
    if (!later(errno)) return false;
    pollfd waiting{socket_.get(), POLLOUT, 0};
    if (::poll(&waiting, 1, kPatienceMs) == 0) return false;
  }
  return true;
}

}  // namespace hil::emulate
