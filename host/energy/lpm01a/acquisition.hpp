// SPDX-License-Identifier: Apache-2.0
// The two ways in which an LPM01A is used, and how exact each is.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy::lpm01a {

/// What edges on D7 the meter tells of.
enum class EdgeSource : std::uint8_t { kNone, kFalling, kBoth };

struct Acquisition {
  bool energy = true;     ///< joules in text; else ampere in binary
  double rate_hz = 0;     ///< one that the meter has
  std::string rate_word;  ///< as `freq` takes it: "1k"
  double volts = 0;
  bool start_on_edge = false;
  EdgeSource edges = EdgeSource::kNone;
};

/// See make_lpm01a(); `edges` is for the meter to say.
///   kUser  as there
Result<Acquisition> acquisition_for(const MeterSetup& setup);

/// Gain 2 % and offset 100 nA of dynamic acquisitions (UM2243; limits of a uniform distribution:
/// divided by the square root of 3), the codes' steps, the crystal's 50 ppm likewise. In energy
/// mode in watt at the set voltage, whose own uncertainty is the supply's.
Accuracy accuracy_of(const Acquisition& acquisition);

/// Set, within 1 % (UM2243; divided by the square root of 3).
Supply supply_of(double volts);

/// Currents that the meter does not follow: its dynamic range ends at 50 mA (UM2243).
inline constexpr double kMostAmps = 0.05;
inline constexpr double kLeastVolts = 1.8, kMostVolts = 3.3;

}  // namespace hil::energy::lpm01a
