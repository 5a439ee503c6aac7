// SPDX-License-Identifier: Apache-2.0
// The connection of one client of the probe.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "host/base/file_descriptor.hpp"

namespace hil::emulate {

/// Owns a non-blocking socket. After a failure the client counts as gone.
class ClientSocket {
 public:
  explicit ClientSocket(FileDescriptor socket) : socket_(std::move(socket)) {}

  [[nodiscard]] int descriptor() const { return socket_.get(); }

  /// What has come, at most 64 KiB; false: the client is gone. Never blocks.
  bool receive(std::vector<std::uint8_t>& bytes);

  /// Sends all; false: the client is gone, or took nothing for five seconds.
  bool send(std::span<const std::uint8_t> bytes);

 private:
  FileDescriptor socket_;
};

}  // namespace hil::emulate
