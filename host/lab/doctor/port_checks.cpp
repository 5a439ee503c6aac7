// SPDX-License-Identifier: Apache-2.0
// Serial ports of boards, and adapters that should have one.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/lab/doctor/areas.hpp"
#include "host/lab/doctor/permission.hpp"
#include "host/lab/doctor/port_users.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;
using Cause = DeviceAccess::Cause;

/// Common USB serial adapters and the kernel's drivers for them.
struct Adapter {
  std::uint16_t vendor;
  const char* driver;
  bool braille;  ///< brltty takes some of that vendor's for Braille displays
};
constexpr Adapter kAdapters[] = {{0x0403, "ftdi_sio", true},
                                 {0x067b, "pl2303", false},
                                 {0x10c4, "cp210x", true},
                                 {0x1a86, "ch341", true}};

const Adapter* adapter_of(boards::UsbId id) {
  const auto found = std::find_if(std::begin(kAdapters), std::end(kAdapters),
                                  [id](const Adapter& known) { return known.vendor == id.vendor; });
  return found == std::end(kAdapters) ? nullptr : &*found;
}

std::string tty_of(const Port& port) {
  return fs::path(port.name).filename().string();
}

bool is_in(const std::vector<Port>& ports, const Port& port) {
  return std::any_of(ports.begin(), ports.end(),
                     [&port](const Port& other) { return other.name == port.name; });
}

void add_port(Area& area, const Bench& bench, const Port& port) {
  const std::string name = rpc::printable(port.name);
  const DeviceAccess& access = port.access;
  if (access.cause == Cause::kMissing && !is_in(bench.machine().ports, port)) {
    return area.problem(name, "there is no such port",
                        "plug the board in, or name another: hilbench list shows those there are");
  }
  auto obstacles = obstacles_of(bench, tty_of(port));
  if (access.cause == Cause::kHeld) {
    obstacles.insert(obstacles.begin(), obstacle_of_holder(bench, port.name, access));
  } else if (!access.granted()) {
    obstacles.insert(obstacles.begin(), {State::kProblem, rpc::printable(access.why_not),
                                         access_fix(bench, port.name, access, false)});
  }
  for (const Obstacle& obstacle : obstacles)
    area.add(name, obstacle.state, obstacle.what, obstacle.fix);
  if (!obstacles.empty()) return;
  // Other users' programs are seen by root only.
  area.ok(name, bench.machine().user.root ? "free" : "free of this user's programs");
}

/// USB ports that no board file names: not ours to judge, but whoever looks for a board there
/// wants to know.
void add_unknown_port(Area& area, const Bench& bench, const Port& port) {
  const std::string name = rpc::printable(port.name);
  const std::string whose =
      fmt::format("{}, of no board that hilbench knows", text_of(port.usb->id));
  if (port.access.cause != Cause::kPermission)
    return area.ok(name, whose + (port.access.granted() ? "" : "; " + port.access.why_not));
  area.remark(name, fmt::format("{}; {}", whose, port.access.why_not),
              access_fix(bench, port.name, port.access, false));
}

std::string what_is(const UsbDevice& device) {
  const std::string& product = device.identity.product;
  return text_of(device.identity.id) + (product.empty() ? "" : " " + product);
}

/// Whether a device must have a serial port for a board to be used.
bool should_have_port(const Bench& bench, const UsbDevice& device) {
  return std::any_of(bench.uses.begin(), bench.uses.end(), [&device](const Use& use) {
    return use.wanted && contains(use.board->serial.usb, device.identity.id);
  });
}

bool brltty_is_here(const Bench& bench) {
  return find_process(bench.processes, "brltty") != nullptr ||
         exists(bench.machine(), "/usr/lib/udev/rules.d/85-brltty.rules") ||
         exists(bench.machine(), "/lib/udev/rules.d/85-brltty.rules");
}

void add_portless(Area& area, const Bench& bench, const UsbDevice& device) {
  const Adapter* adapter = adapter_of(device.identity.id);
  const State state = should_have_port(bench, device) ? State::kProblem : State::kRemark;
  if (adapter != nullptr && adapter->braille && brltty_is_here(bench)) {
    return area.add(what_is(device), state,
                    "has no serial port: brltty takes this adapter for a Braille display",
                    fmt::format("{}  # then plug it in again; for a Braille display, take its line "
                                "out of 85-brltty.rules instead",
                                as_root(bench.machine(), "apt-get remove brltty")));
  }
  area.add(what_is(device), state, "has no serial port: no driver of the kernel has taken it",
           as_root(bench.machine(),
                   fmt::format("modprobe {}", adapter == nullptr ? "cdc_acm" : adapter->driver)) +
               "  # then plug it in again");
}

/// Whether the kernel uses an interface of @p device itself: then it is no serial adapter, but a
/// disk or a hub of the same maker. "usbfs" stands for a program such as brltty.
bool has_driver(const Machine& machine, const UsbDevice& device) {
  const auto interfaces = interfaces_of(machine, fs::path("/sys/bus/usb/devices") / device.name);
  return std::any_of(interfaces.begin(), interfaces.end(), [&machine](const fs::path& interface) {
    const std::string driver = link_name(machine, interface / "driver");
    return !driver.empty() && driver != "usbfs";
  });
}

/// By its maker alone.
bool may_be_adapter(const Bench& bench, const UsbDevice& device) {
  return !bench.checkup->asked && adapter_of(device.identity.id) != nullptr &&
         !has_driver(bench.machine(), device);
}

void add_portless_devices(Area& area, const Bench& bench) {
  std::set<std::string> with_port;
  for (const fs::path& tty : entries(bench.machine(), "/sys/class/tty"))
    with_port.insert(usb_name_of(bench.machine(), tty.filename().string()));
  for (const UsbDevice& device : bench.usb) {
    if (!should_have_port(bench, device) && !may_be_adapter(bench, device)) continue;
    if (with_port.count(device.name) == 0) add_portless(area, bench, device);
  }
}

}  // namespace

Findings examine_ports(const Bench& bench) {
  Area area("ports");
  if (!bench.on_desk()) return area.take();
  const Machine& machine = bench.machine();
  if (!machine.no_ports.empty() && bench.ports.empty())
    area.remark("ports", machine.no_ports, as_root(machine, "mount -t sysfs s /sys"));
  for (const Port& port : bench.ports)
    add_port(area, bench, port);
  for (const Port& port : machine.ports) {
    if (port.usb && !bench.checkup->asked && !is_in(bench.ports, port))
      add_unknown_port(area, bench, port);
  }
  add_portless_devices(area, bench);
  Findings findings = area.take();
  if (findings.empty() && !bench.checkup->asked)
    findings.push_back({"ports", "serial ports", State::kOk, "none on USB", ""});
  return findings;
}

}  // namespace hil::lab::doctor
