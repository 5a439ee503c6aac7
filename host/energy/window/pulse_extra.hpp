// SPDX-License-Identifier: Apache-2.0
// How much longer the region pin is high than the ticks say that are read while it is.
#pragma once

#include <vector>

namespace hil::energy {

/// Ticks are read behind the rising edge and before the falling one: what the board does in between
/// is the same for all pulses. On a slow core (20 MHz, without a DWT) it is some 5 us; more than
/// this is not it.
inline constexpr double kMostExtra_s = 20e-6;

/// One pulse, in samples.
struct PulseLength {
  double seen = 0;  ///< between its edges
  double told = 0;  ///< by its ticks
};

/// What all of @p pulses are longer than told, in samples: the median, from 0 to kMostExtra_s at
/// @p sample_hz; 0 without pulses.
double pulse_extra(const std::vector<PulseLength>& pulses, double sample_hz);

}  // namespace hil::energy
