// SPDX-License-Identifier: Apache-2.0
// Rails that Linux's IIO drivers measure: ina2xx-adc and others, finer than hwmon.
#pragma once

#include <filesystem>
#include <vector>

#include "host/energy/sysfs/sensor_rail.hpp"

namespace hil::energy {

/// All rails below bus/iio/devices of @p sysfs, device by device: each in_currentN with the voltage
/// that belongs to it, and of devices without currents each in_powerN. Units as the kernel's
/// Documentation/ABI/testing/sysfs-bus-iio has them: (raw + offset) * scale in mA, mV, mW, or
/// `_input`, which is that already. The voltage of current N is in_voltageN, of INA2xx in_voltage1
/// (0 is the shunt's), else the only one there is. A rail whose scale is no number above 0 has a
/// `problem`.
std::vector<SensorRail> find_iio_rails(const std::filesystem::path& sysfs);

}  // namespace hil::energy
