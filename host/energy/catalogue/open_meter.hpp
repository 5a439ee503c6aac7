// SPDX-License-Identifier: Apache-2.0
// A meter by its name.
#pragma once

#include <memory>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/catalogue/meter_name.hpp"
#include "host/energy/catalogue/meter_places.hpp"
#include "host/energy/power_meter.hpp"

namespace hil::energy {

/// Opens the meter that @p name names; it is this process's until destroyed (serial ports are
/// locked). Blocks until it has answered, @p deadline at the latest.
///   kUser  @p name is a counter (`powercap`, `agent`); or @p setup asks what the meter cannot do
///   kLab   it is not there, there are several, it is held or may not be opened (with the fix), or
///          what is on the port is no such meter
///   kLink  it does not answer, or is gone
Result<std::unique_ptr<PowerMeter>> open_meter(const MeterName& name, const MeterSetup& setup,
                                               const MeterPlaces& places, Deadline deadline);

/// Opens the counter that @p name names: `powercap`. The one on the board (`agent`) is opened
/// through its session (host/energy/agent_counter), not here.
///   kUser  @p name is no counter, or `agent`
///   kLab   no such zone, or it may not be read (with the fix)
Result<std::unique_ptr<EnergyCounter>> open_counter(const MeterName& name,
                                                    const MeterPlaces& places);

}  // namespace hil::energy
