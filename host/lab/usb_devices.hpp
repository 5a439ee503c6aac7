// SPDX-License-Identifier: Apache-2.0
// What is on USB, as the kernel has written it down.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/boards/board.hpp"

namespace hil::lab {

/// What a USB device says of itself, safe for a terminal (rpc::printable()).
struct UsbIdentity {
  boards::UsbId id;
  std::string serial;   ///< empty: it has none
  std::string maker;    ///< likewise
  std::string product;  ///< likewise
};

struct UsbDevice {
  UsbIdentity identity;
  std::string node;                     ///< "/dev/bus/usb/001/007"
  std::vector<std::string> interfaces;  ///< their names, those that have one
  std::string name;                     ///< by where it is plugged in, "1-2": its folder
};

/// The devices below sys/bus/usb/devices in @p root, by node; none if the machine has no USB. Read
/// from there and not from the devices, so that nothing has to be opened and permissions do not
/// matter.
std::vector<UsbDevice> list_usb_devices(const std::filesystem::path& root = "/");

/// Which interface of which device a terminal belongs to.
struct UsbInterface {
  std::string device;   ///< by where it is plugged in, "1-4.2"
  unsigned number = 0;  ///< bInterfaceNumber
};

/// The interface behind terminal @p tty ("ttyACM0"), as sys/class/tty in @p root has it; nothing if
/// it is not one of USB.
std::optional<UsbInterface> find_usb_interface(const std::string& tty,
                                               const std::filesystem::path& root = "/");

/// "0483:374b".
std::string text_of(boards::UsbId id);

/// True if @p ids has @p id.
bool contains(const std::vector<boards::UsbId>& ids, boards::UsbId id);

}  // namespace hil::lab
