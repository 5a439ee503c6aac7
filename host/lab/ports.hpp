// SPDX-License-Identifier: Apache-2.0
// Serial ports of this machine, and which of them belongs to a board.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/device_access.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/lab/usb_devices.hpp"

namespace hil::lab {

struct Port {
  std::string name;         ///< "/dev/ttyACM0"
  std::string transport;    ///< "usb", "native" or "bluetooth"
  std::string description;  ///< as the system has it, safe for a terminal
  std::optional<UsbIdentity> usb;
  DeviceAccess access;
};

/// All serial ports by name (pseudo-terminals are none). Opens no USB port: that would move DTR,
/// which resets some boards.
///   kLab  the system does not say
Result<std::vector<Port>> list_ports();

/// Ids of the boards of @p all that may be behind @p port, by its USB ids.
std::vector<std::string> guess_boards(const Port& port, const std::vector<boards::Board>& all);

/// The one of @p ports that belongs to @p board: of those with the USB serial number @p serial, or
/// (if that is empty) of those whose USB ids the board's file names.
///   kLab     none, or several: `what` lists them
///   kConfig  no serial number is given and the board's file names no USB ids
Result<Port> find_port(const boards::Board& board, const std::string& serial,
                       const std::vector<Port>& ports);

}  // namespace hil::lab
