// SPDX-License-Identifier: Apache-2.0
// Listener: bind, listen, accept.
#include "host/emulate/probe/fronts/listener.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace hil::emulate {
namespace {

Error lab_error(const char* doing) {
  return Error{Blame::kLab, fmt::format("{} a port on 127.0.0.1: {}", doing, std::strerror(errno)),
               "close programs that hold many sockets, then try again"};
}

}  // namespace

Result<Listener> Listener::open() {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return lab_error("opening");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);  // the API's own way
  socklen_t size = sizeof address;
  if (::bind(socket.get(), generic, size) != 0) return lab_error("binding");
  if (::listen(socket.get(), 8) != 0) return lab_error("listening on");
  if (::getsockname(socket.get(), generic, &size) != 0) return lab_error("naming");
  return Listener(std::move(socket), ntohs(address.sin_port));
}

FileDescriptor Listener::accept() const {
  FileDescriptor client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (client.is_open()) {
    const int on = 1;
    ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return client;
}

}  // namespace hil::emulate
