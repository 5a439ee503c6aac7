// SPDX-License-Identifier: Apache-2.0
// The device's end of a line: a stream socket (QEMU's UART) or the master of a process's pty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "host/base/file_descriptor.hpp"

namespace hil::emulate {

/// Never blocks, whatever the descriptor's own mode was. Not thread-safe.
class DeviceEnd {
 public:
  DeviceEnd() = default;
  /// Takes @p stream over and makes it non-blocking.
  explicit DeviceEnd(FileDescriptor stream);

  [[nodiscard]] bool is_open() const { return stream_.is_open(); }
  /// For poll(2).
  [[nodiscard]] int descriptor() const { return stream_.get(); }
  void reset() { stream_.reset(); }

  /// Takes what the device has sent; 0: nothing now; nothing at all: the device is gone.
  std::optional<std::size_t> read(std::span<std::uint8_t> bytes);
  /// Gives @p bytes to the device, as many as it takes now; nothing at all: it is gone.
  std::optional<std::size_t> write(std::span<const std::uint8_t> bytes);

  /// Whether the device is behind a terminal, which knows a rate.
  [[nodiscard]] bool is_terminal() const { return is_terminal_; }
  /// The rate that the device has set its terminal to, in bits per second; 0: not known. One system
  /// call.
  [[nodiscard]] std::uint32_t rate() const;

 private:
  FileDescriptor stream_;
  bool is_terminal_ = false;
};

}  // namespace hil::emulate
