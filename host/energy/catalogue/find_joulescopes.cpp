// SPDX-License-Identifier: Apache-2.0
// USB devices of sysfs and the driver's list, joined by serial number.
#include "host/energy/catalogue/find_joulescopes.hpp"

#include <algorithm>
#include <string>

#include "host/energy/joulescope/joulescope_meter.hpp"

namespace hil::energy {
namespace {

using Units = std::vector<JoulescopeUnit>;
using Cause = DeviceAccess::Cause;

constexpr unsigned kInputs = 2;

const JoulescopeUnit* find(const Units& units, const std::string& serial) {
  const auto found =
      std::find_if(units.begin(), units.end(),
                   [&serial](const JoulescopeUnit& unit) { return unit.serial == serial; });
  return found == units.end() ? nullptr : &*found;
}

FoundMeter meter_of(const JoulescopeUnit& unit) {
  FoundMeter meter;
  meter.kind = MeterKind::kJoulescope;
  meter.model = joulescope_title(unit.model);
  meter.serial = unit.serial;
  meter.port = unit.path;
  meter.rate_hz = native_rate_of(unit.model);
  meter.abilities = {false, true, true, kInputs};
  return meter;
}

DeviceAccess why_not_seen(const Result<Units>& listed) {
  if (!listed.ok()) return {Cause::kMissing, listed.error().what, listed.error().hint};
  return {Cause::kPermission, "its driver does not see it",
          "install the udev rules of joulescope_driver, then plug it in again"};
}

}  // namespace

std::vector<FoundMeter> find_joulescopes(const MeterPlaces& places, Deadline deadline) {
  const Units on_usb = find_joulescope_usb(places.sysfs);
  const auto listed = list_joulescopes(places.joulescope_library, deadline);
  const Units seen = listed.ok() ? *listed : Units();
  std::vector<FoundMeter> meters;
  for (const JoulescopeUnit& unit : seen)
    meters.push_back(meter_of(unit));
  for (const JoulescopeUnit& unit : on_usb) {
    if (find(seen, unit.serial) != nullptr) continue;
    meters.push_back(meter_of(unit));
    meters.back().access = why_not_seen(listed);
  }
  for (FoundMeter& meter : meters) {
    const MeterName name{meter.kind, meters.size() > 1 ? meter.serial : "", ""};
    meter.name = name.text();
  }
  return meters;
}

}  // namespace hil::energy
