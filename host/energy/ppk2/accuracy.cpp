// SPDX-License-Identifier: Apache-2.0
// The PPK2's uncertainty, with its sources in the text that goes to the record.
#include "host/energy/ppk2/accuracy.hpp"

#include <algorithm>
#include <numbers>

namespace hil::energy::ppk2 {
namespace {

/// Where the unit changes to the next range; recalled only (facts/energy.md 3.5).
constexpr std::array<double, kRanges> kUpTo{50e-6, 500e-6, 5e-3, 60e-3, 1};
constexpr double kGain = 0.10, kGainOfDefaults = 0.30, kTimeBase = 50e-6, kVoltage = 0.01;
/// The least current that the unit is sold for, ampere (facts/energy.md 2).
constexpr double kLeastCurrent = 200e-9;

/// Standard uncertainty of a value that lies within +- @p bound.
double rectangle(double bound) {
  return bound * std::numbers::inv_sqrt3;
}

}  // namespace

Accuracy accuracy_of(const Calibration& calibration, const Conversion& conversion, bool emulated) {
  Accuracy accuracy;
  bool assumed = false;
  for (std::size_t n = 0; n < kRanges; ++n) {
    AccuracyStep step;
    step.up_to_a = kUpTo.at(n);
    step.code_step_a = conversion.code_step(static_cast<unsigned>(n), kUpTo.at(n));
    const bool own = !calibration.ranges.at(n).assumed;
    assumed = assumed || !own;
    if (!emulated) {
      step.gain = rectangle(own ? kGain : kGainOfDefaults);
      step.offset_a = rectangle(std::max(kLeastCurrent, step.code_step_a));
    } else if (!own) {
      step.gain = rectangle(kGainOfDefaults);
    }
    accuracy.steps.push_back(step);
  }
  accuracy.time_base = emulated ? 0 : rectangle(kTimeBase);
  accuracy.source =
      emulated ? "emulated: code steps of its calibration, nothing else"
               : "no table of the maker's: gain +-10 % as a competitor states it; offset one code "
                 "step, time base 50 ppm and voltage 1 % assumed; code steps of its calibration";
  if (assumed) accuracy.source += "; gain +-30 % in ranges whose factors are the maker's defaults";
  return accuracy;
}

double supply_uncertainty(double volts, bool emulated) {
  return emulated ? 0 : rectangle(kVoltage) * volts;
}

}  // namespace hil::energy::ppk2
