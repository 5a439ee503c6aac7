// SPDX-License-Identifier: Apache-2.0
// SpikeFilter: two running averages, shown in place of what follows a range switch.
#include "host/energy/ppk2/spike_filter.hpp"

namespace hil::energy::ppk2 {
namespace {

constexpr double kWeight = 0.18, kWeight4 = 0.06;
constexpr int kSmoothed = 3;  ///< samples, the first in the new range included
constexpr int kIgnored4 = 2;  ///< samples in range 4 that the averages do not see

}  // namespace

float SpikeFilter::filter(unsigned range, float amps) {
  if (!started_) {
    started_ = true;
    range_ = range;
    since_switch_ = kIgnored4;
    average_ = average_4_ = amps;
    return amps;
  }
  if (range != range_) {
    range_ = range;
    since_switch_ = 0;
    smooth_ = kSmoothed;
  } else if (since_switch_ < kIgnored4) {
    ++since_switch_;
  }
  if (range != 4 || since_switch_ >= kIgnored4) {
    average_ += kWeight * (amps - average_);
    average_4_ += kWeight4 * (amps - average_4_);
  }
  if (smooth_ == 0) return amps;
  --smooth_;
  return static_cast<float>(range == 4 ? average_4_ : average_);
}

}  // namespace hil::energy::ppk2
