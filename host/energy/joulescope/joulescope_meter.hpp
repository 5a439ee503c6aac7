// SPDX-License-Identifier: Apache-2.0
// Joulescope JS110, JS220 and JS320, through their maker's driver library.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/joulescope/jsdrv_driver.hpp"
#include "host/energy/power_meter.hpp"

namespace hil::energy {

/// Joulescopes on USB by what sysfs says of them, so without the library and without permission:
/// model ("js220") and serial number; `path` is empty.
std::vector<JoulescopeUnit> find_joulescope_usb(const std::filesystem::path& sysfs);

/// What the driver in @p library sees. Starts and ends it.
///   kLab  the library is missing (what to install), or its driver does not work
Result<std::vector<JoulescopeUnit>> list_joulescopes(const std::string& library, Deadline deadline);

/// Elements of current and voltage a second of a model; 0 if it is not known.
double native_rate_of(const std::string& model);

/// "Joulescope JS220" for "js220".
std::string joulescope_title(const std::string& model);

/// Opens the Joulescope with serial number @p serial (empty: the only one) as it is set: ranges and
/// whether the board has power stay until set_target_power(). One rail "main" of currents with
/// measured voltages, at `rate_hz` of @p setup, which divides the native rate (1 MHz, JS110 2 MHz;
/// 0: that one), by mean (see Decimator). Inputs 0 and 1 are logic bits 0 and 1. The board keeps a
/// supply of its own: the instrument sits in its line and can interrupt it.
///   kUser  @p setup wants the board supplied, or another rate
///   kLab   no library (what to install), no such unit, several, held, or no permission
///   kLink  it does not answer or refuses
/// read() fails with kLink if nothing comes for two seconds, or what comes makes no sense.
Result<std::unique_ptr<PowerMeter>> make_joulescope(const std::string& library,
                                                    const std::string& serial,
                                                    const MeterSetup& setup, Deadline deadline);

}  // namespace hil::energy
