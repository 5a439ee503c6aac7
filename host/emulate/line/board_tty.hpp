// SPDX-License-Identifier: Apache-2.0
// The pty that stands for a board's serial port, with the rate that its user has set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/link/pty.hpp"

namespace hil::emulate {

/// The board's end of a pty whose slave may be opened and closed at will: one descriptor of the
/// slave is kept, so that nobody's leaving is a hang-up. Raw 8N1 at first. Not thread-safe.
class BoardTty {
 public:
  /// @p baud: the rate that the slave has until somebody sets another.
  ///   kLab  no pseudo-terminal can be had
  static Result<BoardTty> open(std::uint32_t baud);

  /// For people: "/dev/pts/7".
  [[nodiscard]] const std::string& path() const { return pty_.slave_path(); }
  /// The rate that the slave's user has set for sending, in bits per second, also odd ones; 0: B0
  /// (asks a modem to hang up) or not known.
  [[nodiscard]] std::uint32_t rate() const;

  /// Takes what the slave's user has sent, without waiting; 0: nothing. If the terminal was hung up
  /// (vhangup), its slave is opened again; what was on its way is lost.
  ///   kLink  it was hung up and can't be opened again
  Result<std::size_t> read(std::span<std::uint8_t> bytes);
  /// Gives @p bytes to the slave's user, as many as fit now.
  ///   kLink  as above
  Result<std::size_t> write(std::span<const std::uint8_t> bytes);

  /// For poll(2).
  [[nodiscard]] int descriptor() const { return pty_.master(); }

 private:
  BoardTty(Pty pty, FileDescriptor keeper);
  Status revive(const Error& hung_up);

  Pty pty_;
  FileDescriptor keeper_;  ///< of the slave
};

}  // namespace hil::emulate
