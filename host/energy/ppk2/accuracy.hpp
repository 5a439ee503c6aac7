// SPDX-License-Identifier: Apache-2.0
// How exact a PPK2 is, as far as anybody says.
#pragma once

#include "host/energy/ppk2/calibration.hpp"
#include "host/energy/ppk2/conversion.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy::ppk2 {

/// One step per range. The maker's table per range could not be read: the gain is the +-10 % that a
/// competitor states (as a rectangle; +-30 % for a range whose shunt is not the unit's own: that is
/// how far a real one is from the default), the offset one code step, the time base +-50 ppm:
/// quartz. Code steps are the unit's own. @p emulated: all of this is 0 but the code steps.
Accuracy accuracy_of(const Calibration& calibration, const Conversion& conversion, bool emulated);

/// Standard uncertainty of a supply of @p volts that was set, or stated by the user: +-1 % assumed.
double supply_uncertainty(double volts, bool emulated);

}  // namespace hil::energy::ppk2
