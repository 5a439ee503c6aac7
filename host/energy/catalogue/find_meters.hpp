// SPDX-License-Identifier: Apache-2.0
// Which meters are connected to this machine.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/energy/catalogue/meter_name.hpp"
#include "host/energy/catalogue/meter_places.hpp"
#include "host/energy/power_meter.hpp"

namespace hil::energy {

/// A meter that is here, or may be. Texts are safe for a terminal.
struct FoundMeter {
  std::string name;  ///< as --meter takes it: the shortest that means this one
  MeterKind kind = MeterKind::kPpk2;
  std::string model;   ///< "Nordic PPK2", "ina3221"
  std::string serial;  ///< of the unit; empty: it has none
  std::string port;    ///< "/dev/ttyACM1", its folder in sysfs, or its path to the driver
  double rate_hz = 0;  ///< samples per second at most; 0: not told
  MeterAbilities abilities{};
  DeviceAccess access{};  ///< what keeps it from being opened
};

struct FoundMeters {
  std::vector<FoundMeter> meters;  ///< by kind, those of one kind as they were found
  /// What may be a meter and is not shown to be one, each a sentence without a period.
  std::vector<std::string> notes;
};

/// Who is on a port that only an answer can tell.
using AskMeter = std::function<Result<MeterInfo>(const MeterPort& port, Deadline deadline)>;

/// All of @p places: serial meters, a line for each rail and zone of sysfs, Joulescopes. PPK2s are
/// told by USB id and interface. Free ports with the USB id that an LPM01A shares with other
/// products are asked by @p ask (empty: nobody is, and those count whose USB product name says so).
FoundMeters find_meters(const MeterPlaces& places, const AskMeter& ask, Deadline deadline);

/// Opens @p port and asks, as open_meter() does.
///   kLab   it cannot be opened, or does not answer as an LPM01A
///   kLink  it is gone
Result<MeterInfo> ask_lpm01a(const MeterPort& port, Deadline deadline);

}  // namespace hil::energy
