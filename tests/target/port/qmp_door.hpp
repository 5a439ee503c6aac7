// SPDX-License-Identifier: Apache-2.0
// QEMU's machine protocol, as far as a test needs it to set what a device measures.
#pragma once

#include <string>

#include "host/base/file_descriptor.hpp"

namespace hil::test {

/// Speaks QMP. Throws std::runtime_error when QEMU does not answer, or refuses.
class QmpDoor {
 public:
  /// For `-chardev socket,id=qmp,fd=... -mon chardev=qmp,mode=control` at the other end.
  explicit QmpDoor(FileDescriptor socket);

  /// Property @p name of the device that was made with `-device ...,id=DEVICE`.
  void set(const std::string& device, const std::string& name, int value);

 private:
  void ask(const std::string& command);
  std::string take_line();

  FileDescriptor socket_;
};

}  // namespace hil::test
