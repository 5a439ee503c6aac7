// SPDX-License-Identifier: Apache-2.0
// The least of a gdb client: reads memory through a virtual board's gdb port.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>

#include "host/base/deadline.hpp"
#include "host/base/file_descriptor.hpp"

namespace hil::emulate {

/// A connection to @p port of 127.0.0.1; not open if nobody listens.
inline FileDescriptor connect_to(std::uint16_t port) {
  FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (::connect(fd.get(), generic, sizeof address) != 0) fd.reset();
  return fd;
}

/// The answer to `m address,size`: hexadecimal digits; whatever came if there was none in 5 s.
inline std::string read_memory(std::uint16_t gdb_port, std::uint32_t address, unsigned size) {
  const FileDescriptor fd = connect_to(gdb_port);
  const std::string body = fmt::format("m{:x},{:x}", address, size);
  unsigned sum = 0;
  for (const char c : body)
    sum += static_cast<unsigned char>(c);
  const std::string packet = fmt::format("+${}#{:02x}", body, sum & 0xFF);
  if (::send(fd.get(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0) return "no connection";
  const Deadline deadline = Deadline::after(std::chrono::seconds(5));
  std::string heard;
  while (!deadline.expired()) {
    const std::size_t begin = heard.find('$');
    const std::size_t end = heard.find('#', begin == std::string::npos ? 0 : begin);
    if (begin != std::string::npos && end != std::string::npos) {
      return heard.substr(begin + 1, end - begin - 1);
    }
    pollfd polled{fd.get(), POLLIN, 0};
    ::poll(&polled, 1, 100);
    std::array<char, 1024> bytes;
    const ssize_t count = ::recv(fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count == 0) break;
    if (count > 0) heard.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return heard;
}

}  // namespace hil::emulate
