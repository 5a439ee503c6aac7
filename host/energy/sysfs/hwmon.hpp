// SPDX-License-Identifier: Apache-2.0
// Rails that Linux's hwmon drivers measure: INA2xx, INA3221 (Jetson), and whatever gives power.
#pragma once

#include <filesystem>
#include <vector>

#include "host/energy/sysfs/sensor_rail.hpp"

namespace hil::energy {

/// All rails below class/hwmon of @p sysfs, device by device. Units as the kernel's
/// Documentation/hwmon/sysfs-interface.rst has them: in*_input mV, curr*_input mA, power*_input uW,
/// update_interval ms, shunt*_resistor uOhm. hwmon cuts to 1 mA and 1 mV, which is the code's step.
///
/// INA3221: rail N is in[N] and curr[N], N from 1 to 3; a channel that is switched off is none, and
/// neither are the sums and shunt voltages behind them. Other INA2xx: in1 and curr1. Of other chips
/// power*_input (or power*_average).
std::vector<SensorRail> find_hwmon_rails(const std::filesystem::path& sysfs);

}  // namespace hil::energy
