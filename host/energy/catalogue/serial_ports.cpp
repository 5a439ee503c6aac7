// SPDX-License-Identifier: Apache-2.0
// Ports filtered and picked.
#include "host/energy/catalogue/serial_ports.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "host/base/nearest.hpp"
#include "host/energy/lpm01a/lpm01a_meter.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"

namespace hil::energy {
namespace {

using Ports = std::vector<MeterPort>;

constexpr const char* kPowerShield = "PowerShield";

Ports matching(const Ports& ports, const std::function<bool(const MeterPort&)>& fits) {
  Ports found;
  std::copy_if(ports.begin(), ports.end(), std::back_inserter(found), fits);
  return found;
}

Ports with_id(const Ports& ports, std::uint16_t vendor, std::uint16_t product) {
  return matching(ports, [vendor, product](const MeterPort& port) {
    return port.usb && port.usb->vendor == vendor && port.usb->product == product;
  });
}

bool is_meters_interface(const MeterPort& port) {
  return port.interface == ppk2_usb::kInterface;
}

/// True if @p port is the shell beside the meter proper.
bool is_shell(const MeterPort& port, const Ports& all) {
  if (is_meters_interface(port)) return false;
  return std::any_of(all.begin(), all.end(), [&port](const MeterPort& other) {
    return is_meters_interface(other) && other.serial == port.serial;
  });
}

std::string line_of(const MeterPort& port) {
  return port.serial.empty() ? port.name : fmt::format("{} (serial {})", port.name, port.serial);
}

std::vector<std::string> lines_of(const Ports& ports) {
  std::vector<std::string> lines;
  for (const MeterPort& port : ports)
    lines.push_back(line_of(port));
  return lines;
}

Error none_there(const MeterName& name) {
  const bool ppk2 = name.kind == MeterKind::kPpk2;
  return {Blame::kLab,
          fmt::format("no {} is here: no serial port has the USB id {}", word_of(name.kind),
                      ppk2 ? fmt::format("{:04x}:{:04x}", ppk2_usb::kVendor, ppk2_usb::kProduct)
                           : fmt::format("{:04x}:{:04x}", kLpm01aUsbVendor, kLpm01aUsbProduct)),
          fmt::format("plug it in, or name its port: {}:/dev/ttyACM0", word_of(name.kind))};
}

Error no_such_serial(const Ports& candidates, const MeterName& name) {
  std::vector<std::string> serials;
  for (const MeterPort& port : candidates)
    serials.push_back(port.serial);
  const auto meant = nearest(name.serial, serials);
  return {Blame::kLab,
          fmt::format("no {} has the serial number {}", word_of(name.kind), name.serial),
          meant ? fmt::format("did you mean {}@{}?", word_of(name.kind), *meant)
                : fmt::format("there is {}", fmt::join(lines_of(candidates), ", "))};
}

}  // namespace

Ports ppk2_ports(const Ports& ports) {
  const Ports all = with_id(ports, ppk2_usb::kVendor, ppk2_usb::kProduct);
  return matching(all, [&all](const MeterPort& port) { return !is_shell(port, all); });
}

Ports lpm01a_candidates(const Ports& ports) {
  return with_id(ports, kLpm01aUsbVendor, kLpm01aUsbProduct);
}

bool says_lpm01a(const MeterPort& port) {
  return port.product.find(kPowerShield) != std::string::npos;
}

MeterPort port_named(const std::string& where, const Ports& ports) {
  for (const MeterPort& port : ports) {
    if (port.name == where || port.name == "/dev/" + where) return port;
  }
  MeterPort unknown;
  unknown.name = where;
  return unknown;
}

Result<MeterPort> the_one_of(const Ports& candidates, const MeterName& name) {
  if (candidates.empty()) return none_there(name);
  const Ports found =
      name.serial.empty() ? candidates : matching(candidates, [&name](const MeterPort& port) {
        return port.serial == name.serial;
      });
  if (found.empty()) return no_such_serial(candidates, name);
  if (found.size() == 1) return found.front();
  const bool told_apart = !found.front().serial.empty() && found[0].serial != found[1].serial;
  return Error{Blame::kLab,
               fmt::format("{} ports may be a {}: {}", found.size(), word_of(name.kind),
                           fmt::join(lines_of(found), ", ")),
               told_apart ? fmt::format("name one: {}@{}", word_of(name.kind), found.front().serial)
                          : fmt::format("name one: {}:{}", word_of(name.kind), found.front().name)};
}

}  // namespace hil::energy
