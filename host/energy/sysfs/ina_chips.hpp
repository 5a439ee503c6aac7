// SPDX-License-Identifier: Apache-2.0
// How exact the current sensors are that Linux has drivers for.
#pragma once

#include <string_view>

namespace hil::energy {

/// Limits of error (not standard uncertainties) at 25 degrees Celsius. The shunt is another part:
/// its own tolerance is not in them.
struct ChipLimits {
  const char* name;     ///< prefix of what its driver says
  double gain;          ///< of the shunt voltage, relative
  double offset_v;      ///< of the shunt voltage
  double step_v;        ///< of the shunt voltage's code
  double full_scale_v;  ///< of the shunt voltage; 0: not known
  double bus_gain, bus_offset_v, bus_step_v;
  const char* source;  ///< of the figures, to be read behind the name of the chip
};

/// Of the chip whose driver calls it @p name; of one that is not known limits that are taken, as
/// its `source` says.
const ChipLimits& limits_of_chip(std::string_view name);

/// Relative standard uncertainty of a shunt of which nothing is known: 1 % (the usual part) as
/// limit.
double shunt_uncertainty();

/// A limit of error as standard uncertainty: every value within it as likely (GUM 4.3.7).
double standard_of_limit(double limit);

}  // namespace hil::energy
