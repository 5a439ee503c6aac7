// SPDX-License-Identifier: Apache-2.0
// Energy that Linux's powercap counts: RAPL of Intel and AMD processors.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"

namespace hil::energy {

/// A counter of energy; texts are safe for a terminal.
struct PowercapZone {
  std::string name;  ///< "package-0", below another zone "package-0/core"
  std::string id;    ///< its folder: "intel-rapl:0", "intel-rapl:0:1"
  std::filesystem::path folder;
  double range_uj = 0;  ///< it begins again at 0 behind that; 0: not told
};

/// All zones below class/powercap of @p sysfs that count energy. Where the same zones are there
/// through two interfaces (intel-rapl and intel-rapl-mmio), each is there once, by the first.
/// Others of the same name are all there, and told apart by their ids.
std::vector<PowercapZone> find_powercap_zones(const std::filesystem::path& sysfs);

/// What names @p zone and no other one of @p all: its name, or its id where that is not enough.
std::string unique_name(const PowercapZone& zone, const std::vector<PowercapZone>& all);

/// Those of @p all that @p names name, by name, last part of a name ("core"), or id. No names: all
/// packages.
///   kLab   there is none
///   kUser  no such zone, several of that name, or one that another one of them contains: a nested
///          zone is counted in its parent, and `psys` holds all
Result<std::vector<PowercapZone>> pick_zones(const std::vector<PowercapZone>& all,
                                             const std::vector<std::string>& names);

/// The sum of @p zones (at least one). What RAPL says is a model of the processor, not a
/// measurement, and refreshed about every millisecond: windows shorter than 100 ms mean little.
///   kLab  a zone cannot be read: since Linux 5.10 root alone may, the fix is in `hint`
/// What was counted across the end of max_energy_range_uj is taken right, so it must be read
/// before half of that has been counted: at 262 kJ (a usual one) and 1 kW every two minutes.
/// read() fails with kLink if a zone is gone, says what cannot be or was set back, kLab as above.
Result<std::unique_ptr<EnergyCounter>> make_powercap(const std::vector<PowercapZone>& zones);

}  // namespace hil::energy
