// SPDX-License-Identifier: Apache-2.0
// Debug probes on USB.
#pragma once

#include <string>
#include <vector>

#include "host/base/device_access.hpp"
#include "host/boards/board.hpp"
#include "host/lab/usb_devices.hpp"

namespace hil::lab {

struct Probe {
  std::string kind;  ///< "ST-LINK/V2-1", "CMSIS-DAP", "J-Link"
  std::string node;  ///< "/dev/bus/usb/001/007"
  UsbIdentity usb;
  DeviceAccess access;  ///< without permission, `hint` is the udev rule that gives it
};

/// What kind of probe @p device is; empty if it is none, or none we know.
std::string probe_kind(const UsbDevice& device);

/// All probes that are known by their ids or the names of their interfaces, by node.
std::vector<Probe> list_probes();

/// Ids of the boards of @p all that may be behind @p probe, by its USB ids.
std::vector<std::string> guess_boards(const Probe& probe, const std::vector<boards::Board>& all);

}  // namespace hil::lab
