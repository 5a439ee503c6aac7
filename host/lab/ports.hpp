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
  /// Where on USB; nothing if it is not there, or the system does not say.
  std::optional<UsbInterface> place = {};
};

/// All serial ports by name (pseudo-terminals are none). Opens no USB port: that would move DTR,
/// which resets some boards.
///   kLab  the system does not say
Result<std::vector<Port>> list_ports();

/// Ids of the boards of @p all that may be behind @p port, by its USB ids.
std::vector<std::string> guess_boards(const Port& port, const std::vector<boards::Board>& all);

/// The one of @p ports that belongs to @p board: of those with the USB serial number @p serial, or
/// (if that is empty) of those whose USB ids the board's file names. Of several ports of one device
/// the one whose interface the board's file names.
///   kLab     none, or several: `what` lists them
///   kConfig  no serial number is given and the board's file names no USB ids
Result<Port> find_port(const boards::Board& board, const std::string& serial,
                       const std::vector<Port>& ports);

/// How a port is known again when its board has left USB and come back, under whatever name.
class PortIdentity {
 public:
  /// Of @p port, which is (or was) one of @p ports.
  PortIdentity(const Port& port, const std::vector<Port>& ports);

  /// True if the port is not on USB: then it is known by its name alone.
  [[nodiscard]] bool is_a_name() const { return !port_.usb.has_value(); }
  /// The one of @p ports that has the same USB ids and interface and the same serial number; where
  /// there is no serial number, or another port had the same, also the same place on USB. Null if
  /// there is none, or more than one.
  [[nodiscard]] const Port* find(const std::vector<Port>& ports) const;
  /// "with USB serial number 0668FF34, interface 2", "at place 1-4.2 on USB", for messages.
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] bool looks_alike(const Port& other) const;

  Port port_;
  bool by_place_ = false;
};

}  // namespace hil::lab
