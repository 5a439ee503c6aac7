// SPDX-License-Identifier: Apache-2.0
// Where meters are looked for: the serial ports of this machine, sysfs, and one library.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/base/device_access.hpp"
#include "host/boards/board.hpp"

namespace hil::energy {

/// A serial port, as far as meters are told by it. Texts are safe for a terminal.
struct MeterPort {
  std::string name;                      ///< "/dev/ttyACM0"
  std::optional<boards::UsbId> usb{};    ///< nothing: not on USB
  std::string serial{};                  ///< of the USB device; empty: it has none
  std::string product{};                 ///< likewise
  std::optional<unsigned> interface {};  ///< of the USB device; nothing: not known
  DeviceAccess access{};                 ///< whether it may be used now
};

struct MeterPlaces {
  std::vector<MeterPort> ports;
  std::filesystem::path sysfs = "/sys";
  /// Of Joulescope's maker; a file name is looked for as dlopen(3) does.
  std::string joulescope_library = "libjsdrv.so";
};

}  // namespace hil::energy
