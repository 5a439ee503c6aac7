// SPDX-License-Identifier: Apache-2.0
// Joulescopes on USB, and whether their driver sees them.
#pragma once

#include <vector>

#include "host/base/deadline.hpp"
#include "host/energy/catalogue/find_meters.hpp"

namespace hil::energy {

/// Those that sysfs or the driver's library knows. Without the library, or without permission, one
/// that is plugged in is there with what to do about it.
std::vector<FoundMeter> find_joulescopes(const MeterPlaces& places, Deadline deadline);

}  // namespace hil::energy
