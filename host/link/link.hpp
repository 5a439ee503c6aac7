// SPDX-License-Identifier: Apache-2.0
// Bytes to and from one board, whatever carries them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"

namespace hil {

/// One byte stream each way. No framing, no retry. Not thread-safe; one owner pumps it.
class Link {
 public:
  virtual ~Link() = default;

  /// Writes what fits now and returns the number of bytes taken (0 if none). Never blocks.
  ///   kLink  the other end is gone (hang-up, unplugged)
  virtual Result<std::size_t> write(std::span<const std::uint8_t> bytes) = 0;

  /// Reads up to @p buffer.size() bytes and returns how many came; blocks until at least one byte
  /// is there or @p deadline passes (then 0). A deadline already past makes it a poll.
  ///   kLink  the other end is gone (hang-up, unplugged)
  virtual Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline deadline) = 0;

  /// Blocks until bytes can be read, or (if @p want_write) written, or @p deadline passes.
  ///   kLink  the other end is gone
  virtual Status wait(bool want_write, Deadline deadline) = 0;

  /// Bits per second of the line now (10 bit times per byte), 0 if the link has no line rate.
  [[nodiscard]] virtual std::uint32_t baud() const = 0;

  /// Changes the rate of the line (bits per second) once everything written has left; what was
  /// received before stays to be read. Blocks until then, two seconds at most. If it fails, the
  /// rate is the one it was.
  ///   kConfig  this link has no rate (as the base class says), or the driver does not do that one
  ///            (read back more than 2.5 % off)
  ///   kLink    the other end is gone, or what was written does not leave
  virtual Status set_baud(std::uint32_t baud);

  /// For messages and records: "pty /dev/pts/4", "serial /dev/ttyACM0".
  [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace hil
