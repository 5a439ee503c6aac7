// SPDX-License-Identifier: Apache-2.0
// QEMU's gdb door, as far as a test needs it to make a core fault.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/file_descriptor.hpp"

namespace hil::test {

/// Speaks the gdb remote protocol. Throws std::runtime_error when QEMU does not answer.
class GdbDoor {
 public:
  explicit GdbDoor(FileDescriptor socket);

  void stop();
  void go_on();
  /// Resets the machine, as its reset button does.
  void reset();
  /// Register @p number, as gdb counts the core's registers, of a core that is stopped.
  void set_register(int number, std::uint32_t value);

 private:
  std::string ask(const std::string& packet);
  std::string take_packet();
  void send(const std::string& bytes);
  char take_byte();

  FileDescriptor socket_;
};

}  // namespace hil::test
