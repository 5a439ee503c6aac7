// SPDX-License-Identifier: Apache-2.0
// A counter's mean power from reading to reading, for pictures.
#pragma once

#include <memory>

#include "host/energy/power_meter.hpp"

namespace hil::energy {

/// One rail of power that reads @p counter on a grid (`rate_hz` of @p setup; 0: 10 a second, 100 at
/// most): each sample is what was counted since the reading before, over the time between them. The
/// first sample is flag::kInvalid. Windows are cut from the counter itself, not from this.
///   kUser  @p setup wants the board supplied, or another rate
///   kLab, kLink  as EnergyCounter::read()
Result<std::unique_ptr<PowerMeter>> make_counter_meter(std::unique_ptr<EnergyCounter> counter,
                                                       const MeterSetup& setup);

}  // namespace hil::energy
