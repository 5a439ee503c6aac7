// SPDX-License-Identifier: Apache-2.0
// Names to factories.
#include "host/energy/catalogue/open_meter.hpp"

#include <fmt/format.h>

#include <utility>

#include "host/energy/catalogue/find_meters.hpp"
#include "host/energy/catalogue/serial_ports.hpp"
#include "host/energy/file/replay_meter.hpp"
#include "host/energy/joulescope/joulescope_meter.hpp"
#include "host/energy/lpm01a/lpm01a_meter.hpp"
#include "host/energy/ppk2/ppk2_meter.hpp"
#include "host/energy/sysfs/hwmon.hpp"
#include "host/energy/sysfs/iio.hpp"
#include "host/energy/sysfs/powercap.hpp"
#include "host/energy/sysfs/sensor_meter.hpp"
#include "host/link/serial_link.hpp"

namespace hil::energy {
namespace {

using Meter = Result<std::unique_ptr<PowerMeter>>;

Result<std::unique_ptr<Link>> open_port(const MeterPort& port, std::uint32_t baud) {
  SerialSettings settings;
  settings.baud = baud;
  HIL_ASSIGN(auto link, SerialLink::open(port.name, settings));
  return std::unique_ptr<Link>(std::move(link));
}

MeterSetup with_serial(MeterSetup setup, const MeterPort& port) {
  if (setup.serial.empty()) setup.serial = port.serial;
  return setup;
}

Meter open_ppk2(const MeterName& name, const MeterSetup& setup, const MeterPlaces& places,
                Deadline deadline) {
  MeterPort port;
  if (name.where.empty()) {
    HIL_ASSIGN(port, the_one_of(ppk2_ports(places.ports), name));
  } else {
    port = port_named(name.where, places.ports);
  }
  HIL_ASSIGN(auto link, open_port(port, ppk2_usb::kBaud));
  return make_ppk2(std::move(link), with_serial(setup, port), deadline);
}

/// Of several ports that may be an LPM01A those that say so, else those that answer as one.
std::vector<MeterPort> lpm01a_ports(const MeterPlaces& places, Deadline deadline) {
  auto candidates = lpm01a_candidates(places.ports);
  if (candidates.size() < 2) return candidates;
  std::vector<MeterPort> saying, answering;
  for (const MeterPort& port : candidates) {
    if (says_lpm01a(port)) saying.push_back(port);
  }
  if (!saying.empty()) return saying;
  for (const MeterPort& port : candidates) {
    if (ask_lpm01a(port, deadline).ok()) answering.push_back(port);
  }
  return answering.empty() ? candidates : answering;
}

Meter open_lpm01a(const MeterName& name, const MeterSetup& setup, const MeterPlaces& places,
                  Deadline deadline) {
  MeterPort port;
  if (!name.where.empty()) {
    port = port_named(name.where, places.ports);
  } else if (name.serial.empty()) {
    HIL_ASSIGN(port, the_one_of(lpm01a_ports(places, deadline), name));
  } else {
    HIL_ASSIGN(port, the_one_of(lpm01a_candidates(places.ports), name));
  }
  HIL_ASSIGN(auto link, open_port(port, kLpm01aBaud));
  return make_lpm01a(std::move(link), with_serial(setup, port), deadline);
}

Meter open_sensors(const MeterName& name, const std::vector<SensorRail>& all,
                   const MeterSetup& setup) {
  const std::string kind = word_of(name.kind);
  HIL_ASSIGN(const auto rails, pick_rails(all, name.parts(), kind));
  return make_sensor_meter(kind, rails, setup);
}

Error on_the_board() {
  return {Blame::kUser, "the meter 'agent' is a counter on the board itself",
          "hilbench energy reads it through the agent; it has no samples of its own"};
}

}  // namespace

Meter open_meter(const MeterName& name, const MeterSetup& setup, const MeterPlaces& places,
                 Deadline deadline) {
  switch (name.kind) {
    case MeterKind::kPpk2:
      return open_ppk2(name, setup, places, deadline);
    case MeterKind::kLpm01a:
      return open_lpm01a(name, setup, places, deadline);
    case MeterKind::kHwmon:
      return open_sensors(name, find_hwmon_rails(places.sysfs), setup);
    case MeterKind::kIio:
      return open_sensors(name, find_iio_rails(places.sysfs), setup);
    case MeterKind::kPowercap:
      return Error{Blame::kUser, "powercap counts energy and has no samples",
                   "hilbench energy and hilbench profile read it as a counter"};
    case MeterKind::kAgent:
      return on_the_board();
    case MeterKind::kJoulescope:
      return make_joulescope(places.joulescope_library, name.serial, setup, deadline);
    case MeterKind::kReplay:
      return open_replay_meter(name.where, setup);
  }
  return Error{Blame::kBug, "a kind of meter that nobody opens", ""};
}

Result<std::unique_ptr<EnergyCounter>> open_counter(const MeterName& name,
                                                    const MeterPlaces& places) {
  if (name.kind == MeterKind::kAgent) return on_the_board();
  if (name.kind != MeterKind::kPowercap) {
    return Error{Blame::kUser, fmt::format("the meter {} does not count energy", name.text()),
                 "powercap counts, and 'agent' where the board has a counter"};
  }
  HIL_ASSIGN(const auto zones, pick_zones(find_powercap_zones(places.sysfs), name.parts()));
  return make_powercap(zones);
}

}  // namespace hil::energy
