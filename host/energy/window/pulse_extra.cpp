// SPDX-License-Identifier: Apache-2.0
// pulse_extra(): a median within bounds.
#include "host/energy/window/pulse_extra.hpp"

#include <algorithm>
#include <utility>

#include "host/energy/sum/repetition.hpp"

namespace hil::energy {

double pulse_extra(const std::vector<PulseLength>& pulses, double sample_hz) {
  if (pulses.empty()) return 0;
  std::vector<double> extras;
  for (const PulseLength& pulse : pulses)
    extras.push_back(pulse.seen - pulse.told);
  return std::clamp(median_of(std::move(extras)), 0.0, kMostExtra_s * sample_hz);
}

}  // namespace hil::energy
