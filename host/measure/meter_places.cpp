// SPDX-License-Identifier: Apache-2.0
// The lab's ports for the catalogue of meters.
#include "host/measure/meter_places.hpp"

#include <cstdlib>

namespace hil::measure {

energy::MeterPort meter_port(const lab::Port& port) {
  energy::MeterPort meter;
  meter.name = port.name;
  meter.access = port.access;
  if (port.usb) {
    meter.usb = port.usb->id;
    meter.serial = port.usb->serial;
    meter.product = port.usb->product;
  }
  if (port.place) meter.interface = port.place->number;
  return meter;
}

Result<energy::MeterPlaces> meter_places() {
  energy::MeterPlaces places;
  HIL_ASSIGN(const auto ports, lab::list_ports());
  for (const lab::Port& port : ports)
    places.ports.push_back(meter_port(port));
  const char* sysfs = std::getenv("HILBENCH_SYSFS");
  if (sysfs != nullptr && *sysfs != '\0') places.sysfs = sysfs;
  const char* library = std::getenv("HILBENCH_JSDRV");
  if (library != nullptr && *library != '\0') places.joulescope_library = library;
  return places;
}

}  // namespace hil::measure
