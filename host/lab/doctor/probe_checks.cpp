// SPDX-License-Identifier: Apache-2.0
// Debug probes: may be opened, nothing else has them, each can be named.
#include <fmt/format.h>

#include <algorithm>

#include "host/lab/doctor/areas.hpp"
#include "host/lab/doctor/permission.hpp"
#include "host/lab/doctor/port_users.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;
using Cause = DeviceAccess::Cause;

constexpr boards::UsbId kStLinkV1{0x0483, 0x3744};
/// What the boot loader in the ROM of STM32 chips is on USB (ST's AN2606, AN3156).
constexpr boards::UsbId kStBootLoader{0x0483, 0xdf11};

bool is_same(boards::UsbId a, boards::UsbId b) {
  return a.vendor == b.vendor && a.product == b.product;
}

std::string name_of(const PluggedProbe& plugged) {
  const Probe& probe = plugged.probe;
  return probe.usb.serial.empty() ? probe.kind : probe.kind + " " + probe.usb.serial;
}

bool is_vendor_class(const Machine& machine, const fs::path& interface) {
  return first_line(machine, interface / "bInterfaceClass") == "ff";
}

/// The raw HID devices of @p interface, below its HID device:
/// "1-2:1.3/0003:0D28:0204.0001/hidraw/".
std::vector<std::string> hidraws_of(const Machine& machine, const fs::path& interface) {
  std::vector<std::string> nodes;
  for (const fs::path& hid : entries(machine, interface)) {
    if (hid.filename().string().find(':') == std::string::npos) continue;
    for (const fs::path& raw : entries(machine, hid / "hidraw"))
      nodes.push_back("/dev/" + raw.filename().string());
  }
  return nodes;
}

/// Debian's OpenOCD speaks to CMSIS-DAP version 1 through /dev/hidraw*, not through USB's node; to
/// version 2 through an interface of the vendor's class.
void add_hid(Area& area, const Bench& bench, const PluggedProbe& plugged) {
  if (plugged.probe.kind != "CMSIS-DAP") return;
  const auto interfaces = interfaces_of(bench.machine(), plugged.folder);
  const bool second = std::any_of(interfaces.begin(), interfaces.end(), [&](const fs::path& one) {
    return is_vendor_class(bench.machine(), one);
  });
  if (second) return;
  for (const fs::path& interface : interfaces) {
    for (const std::string& node : hidraws_of(bench.machine(), interface)) {
      const DeviceAccess access = bench.machine().access(node);
      if (access.cause != Cause::kPermission && access.cause != Cause::kMissing) continue;
      area.problem(name_of(plugged),
                   fmt::format("OpenOCD needs {} for it: {}", rpc::printable(node),
                               rpc::printable(access.why_not)),
                   access_fix(bench, node, access, true));
    }
  }
}

void add_drivers(Area& area, const Bench& bench, const PluggedProbe& plugged) {
  for (const fs::path& interface : interfaces_of(bench.machine(), plugged.folder)) {
    if (!is_vendor_class(bench.machine(), interface)) continue;
    const std::string driver = link_name(bench.machine(), interface / "driver");
    if (driver.empty() || driver == "usbfs") continue;
    const std::string number = interface.filename().string();
    area.remark(name_of(plugged),
                fmt::format("the kernel's driver {} has its interface {}", driver, number),
                fmt::format("echo {} | {}  # if OpenOCD can't open it", number,
                            as_root(bench.machine(),
                                    fmt::format("tee /sys/bus/usb/drivers/{}/unbind", driver))));
  }
}

void add_power(Area& area, const Bench& bench, const PluggedProbe& plugged) {
  const fs::path control = plugged.folder / "power/control";
  if (first_line(bench.machine(), control) != "auto") return;
  area.remark(name_of(plugged), "the kernel may put it to sleep when idle (USB autosuspend)",
              fmt::format("echo on | {}", as_root(bench.machine(), "tee " + control.string())));
}

/// OpenOCD's driver for the ST-LINK/V1 works only where usb-storage leaves it alone. Without that
/// module there is nothing that takes it. Writing replaces all quirks, so the old ones go first.
void add_first_st_link(Area& area, const Bench& bench, const PluggedProbe& plugged) {
  if (!is_same(plugged.probe.usb.id, kStLinkV1)) return;
  const std::string file = "/sys/module/usb_storage/parameters/quirks";
  if (!exists(bench.machine(), file)) return;
  const std::string quirks = first_line(bench.machine(), file);
  if (quirks.find("483:3744:i") != quirks.npos || quirks.find("0483:3744:i") != quirks.npos) return;
  area.remark(
      name_of(plugged), "the kernel takes it for a disk, which disturbs OpenOCD",
      fmt::format("echo {}483:3744:i | {}  # then plug it in again",
                  quirks.empty() ? "" : quirks + ",", as_root(bench.machine(), "tee " + file)));
}

bool add_access(Area& area, const Bench& bench, const PluggedProbe& plugged) {
  const Probe& probe = plugged.probe;
  if (probe.access.granted()) return true;
  if (probe.access.cause == Cause::kHeld) {
    const Obstacle holder = obstacle_of_holder(bench, probe.node, probe.access);
    area.add(name_of(plugged), holder.state, holder.what, holder.fix);
    return false;
  }
  const bool missing = probe.access.cause == Cause::kMissing;
  area.problem(name_of(plugged),
               fmt::format("plugged in, but {} {}", probe.node,
                           missing ? "is missing" : "can't be opened: " + probe.access.why_not),
               access_fix(bench, probe.node, probe.access, true));
  return false;
}

void add_probe(Area& area, const Bench& bench, const PluggedProbe& plugged) {
  const bool usable = add_access(area, bench, plugged);
  add_hid(area, bench, plugged);
  add_first_st_link(area, bench, plugged);
  add_drivers(area, bench, plugged);
  add_power(area, bench, plugged);
  if (usable) area.ok(name_of(plugged), "can be opened");
}

/// Two of one kind must differ in their serial numbers: OpenOCD tells them apart by nothing else.
void add_twins(Area& area, const Bench& bench) {
  const auto& probes = bench.probes;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const UsbIdentity& one = probes[i].probe.usb;
    std::size_t alike = 0, before = 0;
    for (std::size_t k = 0; k < probes.size(); ++k) {
      const UsbIdentity& other = probes[k].probe.usb;
      if (!is_same(one.id, other.id) || one.serial != other.serial) continue;
      ++alike;
      if (k < i) ++before;
    }
    if (alike < 2 || before > 0) continue;
    area.problem(name_of(probes[i]),
                 fmt::format("{} probes {} have {}", alike, text_of(one.id),
                             one.serial.empty() ? "no serial number" : "one serial number"),
                 "unplug all but one: nothing tells them apart");
  }
}

void add_boot_loaders(Area& area, const Bench& bench) {
  for (const UsbDevice& device : bench.usb) {
    if (!is_same(device.identity.id, kStBootLoader)) continue;
    area.remark("STM32 BOOTLOADER",
                fmt::format("a chip at USB {} waits in its boot loader (DFU): no agent runs on it",
                            device.name),
                "take BOOT0 to low and reset the board");
  }
}

/// Without --board @serial, OpenOCD takes the first probe that fits.
void add_choice(Area& area, const Bench& bench) {
  const auto& asked = bench.checkup->asked;
  if (!asked || !asked->serial.empty() || bench.probes.size() < 2) return;
  std::vector<std::string> serials;
  for (const PluggedProbe& plugged : bench.probes)
    serials.push_back(plugged.probe.usb.serial.empty() ? "none" : plugged.probe.usb.serial);
  area.problem(
      "choice",
      fmt::format("{} probes may be of {} (serial numbers {})", bench.probes.size(),
                  asked->board.id, list_text(serials)),
      fmt::format("name the board by its serial number: --board {}@SERIAL", asked->board.id));
}

}  // namespace

Findings examine_probes(const Bench& bench) {
  Area area("probes");
  if (!bench.on_desk()) return area.take();
  for (const PluggedProbe& plugged : bench.probes)
    add_probe(area, bench, plugged);
  add_twins(area, bench);
  add_choice(area, bench);
  add_boot_loaders(area, bench);
  const auto& asked = bench.checkup->asked;
  if (bench.probes.empty() && asked && asked->board.probe) {
    area.problem("debug probe", fmt::format("none of {} is plugged in", asked->board.id),
                 asked->board.emulator ? "plug it in, or add --emulate to use a virtual board"
                                       : "plug it in; hilbench list shows what is there");
  }
  Findings findings = area.take();
  if (findings.empty() && !asked)
    findings.push_back({"probes", "debug probes", State::kOk, "none plugged in", ""});
  return findings;
}

}  // namespace hil::lab::doctor
