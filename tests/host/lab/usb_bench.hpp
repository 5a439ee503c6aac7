// SPDX-License-Identifier: Apache-2.0
// USB devices that only this program sees, by umockdev.
#pragma once

#include <memory>
#include <string>

struct _UMockdevTestbed;

namespace hil {

struct FakeUsbDevice {
  unsigned address = 0;  ///< on bus 1; 1 to 999
  std::string vendor;    ///< "0483"
  std::string product;
  std::string serial;
  std::string maker;
  std::string name;
  std::string interface;        ///< name of its interface 0
  std::string tty;              ///< of its interface 1, "ttyACM0"; empty: it has no serial port
  std::string second_tty = {};  ///< of its interface 3; empty: it has no second one
  std::string place = {};       ///< on bus 1, "4.2"; empty: as the address
};

/// While it lives, /sys and /dev of this process are a folder with nothing but what was added.
/// Works in programs run under umockdev-wrapper only.
class UsbBench {
 public:
  /// With one terminal that is no port: without any there is no /sys/class/tty.
  UsbBench();
  UsbBench(const UsbBench&) = delete;
  UsbBench& operator=(const UsbBench&) = delete;
  ~UsbBench();

  /// False if this program was not started for it: then all is the machine's own.
  [[nodiscard]] bool works() const;
  /// The folder.
  [[nodiscard]] std::string root() const;

  void add(const FakeUsbDevice& device);
  /// The device's end of its (first) serial line; a descriptor that stays the bench's.
  [[nodiscard]] int far_end(const FakeUsbDevice& device) const;
  /// Pulls @p device: its lines hang up, its files go. It may be added again, under another name.
  void unplug(const FakeUsbDevice& device);

 private:
  [[nodiscard]] int end_of(const std::string& tty) const;
  void remove_links_of(const std::string& tty) const;
  void add_text(const std::string& text);

  _UMockdevTestbed* testbed_;
};

}  // namespace hil
