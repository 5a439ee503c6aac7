// SPDX-License-Identifier: Apache-2.0
// Where power meters are looked for on this machine.
#pragma once

#include "host/base/result.hpp"
#include "host/energy/catalogue/meter_places.hpp"
#include "host/lab/ports.hpp"

namespace hil::measure {

/// @p port as the catalogue of meters wants it.
energy::MeterPort meter_port(const lab::Port& port);

/// The serial ports that are here now, /sys (or what HILBENCH_SYSFS names), and Joulescope's
/// library (HILBENCH_JSDRV names another one than the loader would find).
///   kLab  the system does not say what ports there are
Result<energy::MeterPlaces> meter_places();

}  // namespace hil::measure
