// SPDX-License-Identifier: Apache-2.0
// A pseudo-terminal that libserialport takes for a serial port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil {

/// What this program's ioctl() adds to terminals (fake_modem_lines.cpp): the kernel refuses modem
/// lines on a pseudo-terminal, which libserialport 0.1.1 takes for a broken port.
struct FakeModem {
  int lines = 0;                ///< TIOCM_ bits as last set
  std::uint32_t most_baud = 0;  ///< above it the port runs at 9,600, as ftdi_sio does; 0: no limit
  bool refuses_lines = false;   ///< changing them fails, as on a port without any
};
FakeModem& fake_modem();

/// The far end is the pair's master. libserialport wants a name that is a link below
/// /sys/class/tty; one that leads from there to a link in a folder of ours passes.
class FakeSerialPort {
 public:
  FakeSerialPort();

  /// "/dev/../../.." and so on, for SerialLink::open().
  [[nodiscard]] const std::string& name() const { return name_; }
  /// "/dev/pts/N".
  [[nodiscard]] const std::string& slave() const { return slave_; }

  void send(const std::vector<std::uint8_t>& bytes) const;
  /// What has come, after waiting for @p least bytes at most 5 s.
  [[nodiscard]] std::vector<std::uint8_t> receive(std::size_t least) const;
  /// The rate the near end has set.
  [[nodiscard]] std::uint32_t baud() const;
  /// As when the cable is pulled.
  void unplug() { master_.reset(); }

 private:
  ScratchFolder folder_;
  FileDescriptor master_;
  std::string slave_;
  std::string name_;
};

}  // namespace hil
