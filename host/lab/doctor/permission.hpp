// SPDX-License-Identifier: Apache-2.0
// How a user gets at a device that refuses them.
#pragma once

#include <string>

#include "host/base/device_access.hpp"
#include "host/lab/doctor/uses.hpp"

namespace hil::lab::doctor {

/// What to do about @p device, whose @p access is kPermission or kMissing. @p by_rules: hilbench's
/// udev rules are the usual way (probes), else membership of the device's group (serial ports).
std::string access_fix(const Bench& bench, const std::string& device, const DeviceAccess& access,
                       bool by_rules);

}  // namespace hil::lab::doctor
