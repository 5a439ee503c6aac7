// SPDX-License-Identifier: Apache-2.0
// The table of known probes.
#include "host/lab/probes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hil::lab {
namespace {

struct KnownProbe {
  boards::UsbId id;
  const char* kind;
};

/// Ids as in the udev rules that OpenOCD 0.12 installs (60-openocd.rules).
constexpr std::array kKnown{
    KnownProbe{{0x0483, 0x3744}, "ST-LINK/V1"},   KnownProbe{{0x0483, 0x3748}, "ST-LINK/V2"},
    KnownProbe{{0x0483, 0x374b}, "ST-LINK/V2-1"}, KnownProbe{{0x0483, 0x3752}, "ST-LINK/V2-1"},
    KnownProbe{{0x0483, 0x374d}, "STLINK-V3"},    KnownProbe{{0x0483, 0x374e}, "STLINK-V3"},
    KnownProbe{{0x0483, 0x374f}, "STLINK-V3"},    KnownProbe{{0x0483, 0x3753}, "STLINK-V3"},
    KnownProbe{{0x0483, 0x3754}, "STLINK-V3"},    KnownProbe{{0x303a, 0x1001}, "ESP USB JTAG"},
    KnownProbe{{0x303a, 0x1002}, "ESP USB JTAG"},
};

/// SEGGER sells nothing else on USB than J-Links, under dozens of product ids.
constexpr std::uint16_t kSegger = 0x1366;

/// A CMSIS-DAP probe must have this in the name of itself or of an interface (CMSIS-DAP 2.1,
/// "Configure Debug Unit"): DAPLink, picoprobe and on-board probes of many makers.
constexpr const char* kCmsisDap = "CMSIS-DAP";

bool names_cmsis_dap(const UsbDevice& device) {
  const auto named = [](const std::string& text) { return text.find(kCmsisDap) != text.npos; };
  return named(device.identity.product) ||
         std::any_of(device.interfaces.begin(), device.interfaces.end(), named);
}

/// udev reads rules in the order of their files' names; "uaccess" works before 73-seat-late only.
/// The package has a 70-hilbench.rules, which a file of that name in /etc would mask.
std::string udev_rule(boards::UsbId id) {
  return fmt::format(
      "put this line into /etc/udev/rules.d/71-hilbench-local.rules, run 'sudo udevadm control "
      "--reload' and plug it in again: SUBSYSTEM==\"usb\", ATTR{{idVendor}}==\"{:04x}\", "
      "ATTR{{idProduct}}==\"{:04x}\", MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"",
      id.vendor, id.product);
}

DeviceAccess access_to(const UsbDevice& device) {
  DeviceAccess access = check_device(device.node);
  if (access.cause == DeviceAccess::Cause::kPermission) {
    access.hint = udev_rule(device.identity.id);
  }
  return access;
}

}  // namespace

std::string probe_kind(const UsbDevice& device) {
  const boards::UsbId id = device.identity.id;
  for (const KnownProbe& known : kKnown) {
    if (known.id.vendor == id.vendor && known.id.product == id.product) return known.kind;
  }
  if (id.vendor == kSegger) return "J-Link";
  return names_cmsis_dap(device) ? "CMSIS-DAP" : "";
}

std::vector<Probe> list_probes() {
  std::vector<Probe> probes;
  for (const UsbDevice& device : list_usb_devices()) {
    std::string kind = probe_kind(device);
    if (kind.empty()) continue;
    probes.push_back({std::move(kind), device.node, device.identity, access_to(device)});
  }
  return probes;
}

std::vector<std::string> guess_boards(const Probe& probe, const std::vector<boards::Board>& all) {
  std::vector<std::string> ids;
  for (const boards::Board& board : all) {
    if (board.probe && contains(board.probe->usb, probe.usb.id)) ids.push_back(board.id);
  }
  return ids;
}

}  // namespace hil::lab
