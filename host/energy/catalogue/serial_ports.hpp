// SPDX-License-Identifier: Apache-2.0
// Which serial ports may be a meter's, by USB id and interface.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/catalogue/meter_name.hpp"
#include "host/energy/catalogue/meter_places.hpp"

namespace hil::energy {

/// Ports of @p ports that are PPK2s: of each unit the one on interface 1 if it says so (the other,
/// from firmware 1.2.0 on, is a shell), else each of them.
std::vector<MeterPort> ppk2_ports(const std::vector<MeterPort>& ports);

/// Ports that may be an LPM01A: its USB id is that of all USB serial examples of its maker.
std::vector<MeterPort> lpm01a_candidates(const std::vector<MeterPort>& ports);

/// True if the USB product name of @p port says that it is an LPM01A.
bool says_lpm01a(const MeterPort& port);

/// The port at @p where ("/dev/ttyACM1", "ttyACM1") as @p ports knows it; one without facts if it
/// does not.
MeterPort port_named(const std::string& where, const std::vector<MeterPort>& ports);

/// Of @p candidates the one with serial number @p serial (empty: the only one); @p name for
/// messages.
///   kLab  none, or several (how to name one in `hint`)
Result<MeterPort> the_one_of(const std::vector<MeterPort>& candidates, const MeterName& name);

}  // namespace hil::energy
