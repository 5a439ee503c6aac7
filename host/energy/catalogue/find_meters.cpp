// SPDX-License-Identifier: Apache-2.0
// find_meters(): ports, then sysfs, then Joulescope's library.
#include "host/energy/catalogue/find_meters.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host/energy/catalogue/find_joulescopes.hpp"
#include "host/energy/catalogue/serial_ports.hpp"
#include "host/energy/lpm01a/lpm01a_meter.hpp"
#include "host/energy/sysfs/attribute.hpp"
#include "host/energy/sysfs/hwmon.hpp"
#include "host/energy/sysfs/iio.hpp"
#include "host/energy/sysfs/powercap.hpp"
#include "host/energy/sysfs/sensor_meter.hpp"
#include "host/link/serial_link.hpp"

namespace hil::energy {
namespace {

using Meters = std::vector<FoundMeter>;

constexpr double kSerialRate = 100e3;  ///< of both serial meters

/// Gives each of @p meters, which are all of one kind and on ports, the shortest name.
void name_by_unit(Meters& meters) {
  for (FoundMeter& meter : meters) {
    const auto same_serial =
        std::count_if(meters.begin(), meters.end(),
                      [&meter](const FoundMeter& other) { return other.serial == meter.serial; });
    MeterName name{meter.kind, "", ""};
    if (meters.size() > 1 && same_serial == 1 && !meter.serial.empty()) name.serial = meter.serial;
    if (meters.size() > 1 && name.serial.empty()) name.where = meter.port;
    meter.name = name.text();
  }
}

FoundMeter on_port(MeterKind kind, const char* model, const MeterPort& port, unsigned inputs) {
  FoundMeter found;
  found.kind = kind;
  found.model = model;
  found.serial = port.serial;
  found.port = port.name;
  found.rate_hz = kSerialRate;
  found.abilities = {true, false, true, inputs};
  found.access = port.access;
  return found;
}

Meters find_ppk2s(const MeterPlaces& places) {
  Meters found;
  for (const MeterPort& port : ppk2_ports(places.ports))
    found.push_back(on_port(MeterKind::kPpk2, "Nordic PPK2", port, 8));
  name_by_unit(found);
  return found;
}

/// Whether @p port is an LPM01A; if that cannot be told, why in @p notes.
bool is_lpm01a(const MeterPort& port, const AskMeter& ask, Deadline deadline,
               std::vector<std::string>& notes) {
  if (!port.access.granted() || !ask) {
    if (says_lpm01a(port)) return true;
    notes.push_back(fmt::format("{} may be an LPM01A, by its USB id; it was not asked{}{}",
                                port.name, port.access.granted() ? "" : ": ", port.access.why_not));
    return false;
  }
  if (ask(port, deadline).ok()) return true;
  notes.push_back(
      fmt::format("{} has the USB id of an LPM01A and does not answer as one", port.name));
  return false;
}

Meters find_lpm01as(const MeterPlaces& places, const AskMeter& ask, Deadline deadline,
                    std::vector<std::string>& notes) {
  Meters found;
  for (const MeterPort& port : lpm01a_candidates(places.ports)) {
    if (is_lpm01a(port, ask, deadline, notes))
      found.push_back(on_port(MeterKind::kLpm01a, "ST LPM01A", port, 1));
  }
  name_by_unit(found);
  return found;
}

DeviceAccess readable(const std::filesystem::path& file) {
  if (::access(file.c_str(), R_OK) == 0) return {};
  if (errno == EACCES || errno == EPERM)
    return {DeviceAccess::Cause::kPermission, "no permission to read it", permission_hint(file)};
  return {DeviceAccess::Cause::kMissing, std::strerror(errno), "see 'dmesg'"};
}

Meters find_sensors(MeterKind kind, const std::vector<SensorRail>& rails) {
  Meters found;
  for (const SensorRail& rail : rails) {
    const auto same_name =
        std::count_if(rails.begin(), rails.end(),
                      [&rail](const SensorRail& other) { return other.name == rail.name; });
    const bool by_name = same_name == 1 && rail.name.find(',') == std::string::npos;
    FoundMeter meter;
    meter.kind = kind;
    meter.name = MeterName{kind, "", by_name ? rail.name : rail.id}.text();
    meter.model = rail.chip;
    meter.port = rail.folder.string();
    meter.rate_hz = update_rate_of({rail});
    meter.abilities.measures_voltage = rail.volts.has_value() || rail.quantity == Quantity::kPower;
    meter.access = readable(rail.value.file);
    if (!rail.problem.empty())
      meter.access = {DeviceAccess::Cause::kMissing, rail.problem, "see " + meter.port};
    found.push_back(std::move(meter));
  }
  return found;
}

Meters find_zones(const MeterPlaces& places) {
  Meters found;
  const auto zones = find_powercap_zones(places.sysfs);
  for (const PowercapZone& zone : zones) {
    FoundMeter meter;
    meter.kind = MeterKind::kPowercap;
    meter.name = MeterName{meter.kind, "", unique_name(zone, zones)}.text();
    meter.model = "RAPL";
    meter.port = zone.folder.string();
    meter.abilities.measures_voltage = true;
    meter.access = readable(zone.folder / "energy_uj");
    found.push_back(std::move(meter));
  }
  return found;
}

}  // namespace

Result<MeterInfo> ask_lpm01a(const MeterPort& port, Deadline deadline) {
  SerialSettings settings;
  settings.baud = kLpm01aBaud;
  HIL_ASSIGN(const auto link, SerialLink::open(port.name, settings));
  return identify_lpm01a(*link, deadline);
}

FoundMeters find_meters(const MeterPlaces& places, const AskMeter& ask, Deadline deadline) {
  FoundMeters found;
  const auto add = [&found](Meters meters) {
    for (FoundMeter& meter : meters)
      found.meters.push_back(std::move(meter));
  };
  add(find_ppk2s(places));
  add(find_lpm01as(places, ask, deadline, found.notes));
  add(find_sensors(MeterKind::kHwmon, find_hwmon_rails(places.sysfs)));
  add(find_sensors(MeterKind::kIio, find_iio_rails(places.sysfs)));
  add(find_zones(places));
  add(find_joulescopes(places, deadline));
  return found;
}

}  // namespace hil::energy
