// SPDX-License-Identifier: Apache-2.0
// A power meter of rails that Linux measures.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"
#include "host/energy/sysfs/sensor_rail.hpp"

namespace hil::energy {

/// Readings a second that files of sysfs are asked for at most.
inline constexpr double kMostPolls = 1000;
/// Where a driver does not say how often it has a new reading.
inline constexpr double kDefaultPolls = 10;

/// How often @p rails (at least one) have new readings: the slowest of them; kDefaultPolls if none
/// says.
double update_rate_of(const std::vector<SensorRail>& rails);

/// A meter of kind @p kind ("hwmon", "iio") of @p rails (at least one, no problems). `rate_hz` of
/// @p setup 0: update_rate_of(). Its accuracy is, part by part, that of the worst of its rails.
/// Reads each rail once. Alignment is the host's clock: there are no logic inputs.
///   kUser  @p setup wants the board supplied, or more than kMostPolls
///   kLab   a rail cannot be read now (with the fix, if it is permission)
Result<std::unique_ptr<PowerMeter>> make_sensor_meter(const std::string& kind,
                                                      const std::vector<SensorRail>& rails,
                                                      const MeterSetup& setup);

}  // namespace hil::energy
