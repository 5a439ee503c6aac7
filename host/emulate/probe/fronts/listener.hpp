// SPDX-License-Identifier: Apache-2.0
// A TCP port on the loopback interface.
#pragma once

#include <cstdint>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"

namespace hil::emulate {

class Listener {
 public:
  /// Listens on 127.0.0.1 at a port that the kernel chooses.
  ///   kLab  no socket or port can be had
  static Result<Listener> open();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Readable when somebody wants to connect.
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  /// The connection that waits, non-blocking and without delay of small answers; not open if none
  /// does (any more).
  [[nodiscard]] FileDescriptor accept() const;

 private:
  Listener(FileDescriptor socket, std::uint16_t port) : socket_(std::move(socket)), port_(port) {}

  FileDescriptor socket_;
  std::uint16_t port_;
};

}  // namespace hil::emulate
