// SPDX-License-Identifier: Apache-2.0
// Choosing an acquisition, and its accuracy.
#include "host/energy/lpm01a/acquisition.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace hil::energy::lpm01a {
namespace {

struct Rate {
  double hz;
  const char* word;
};
/// UM2269, command freq.
constexpr std::array<Rate, 16> kRates{{{1, "1"},
                                       {2, "2"},
                                       {5, "5"},
                                       {10, "10"},
                                       {20, "20"},
                                       {50, "50"},
                                       {100, "100"},
                                       {200, "200"},
                                       {500, "500"},
                                       {1e3, "1k"},
                                       {2e3, "2k"},
                                       {5e3, "5k"},
                                       {10e3, "10k"},
                                       {20e3, "20k"},
                                       {50e3, "50k"},
                                       {100e3, "100k"}}};
/// What is known to work in energy mode (MLPerf Tiny's runner); the manual's limits contradict.
constexpr double kMostEnergyRate = 1e3;
constexpr double kGain = 0.02, kOffsetAmps = 100e-9, kTimeBase = 50e-6, kVoltage = 0.01;

double standard(double limit) {
  return limit / std::sqrt(3.0);
}

Status check_voltage(const MeterSetup& setup) {
  if (!setup.source) {
    return Error{
        Blame::kUser,
        "an LPM01A always supplies the board, so the board must have no "
        "supply of its own",
        "leave --ampere out and take the board's other supplies off, or use another meter"};
  }
  if (setup.volts == 0) {
    return Error{Blame::kUser, "the LPM01A has to be told which voltage the board takes",
                 "add --voltage, 1.8 to 3.3: --voltage 3.3"};
  }
  // Millivolts are what the meter is told: 3.3 must not fail by its last binary digit.
  const double millivolts = std::round(setup.volts * 1000);
  if (millivolts >= kLeastVolts * 1000 && millivolts <= kMostVolts * 1000) return {};
  return Error{Blame::kUser, fmt::format("an LPM01A cannot supply {} V", setup.volts),
               "its range is 1.8 to 3.3 V"};
}

/// One step of format bin_hexa from 16^-e * 256 to 16^-e * 4096: the last digit of the mantissa.
Accuracy binary_steps() {
  Accuracy accuracy;
  for (int exponent = 10; exponent >= 4; --exponent) {
    const double step = std::ldexp(1.0, -4 * exponent);
    accuracy.steps.push_back({4096 * step, standard(kGain), standard(kOffsetAmps), step});
  }
  return accuracy;
}

/// One step of format ascii_dec per decade: the last of four digits.
Accuracy decimal_steps(const Acquisition& acquisition) {
  Accuracy accuracy;
  const double offset_w = standard(kOffsetAmps) * acquisition.volts;
  for (int exponent = -14; exponent <= -4; ++exponent) {
    const double step_w = std::pow(10.0, exponent) * acquisition.rate_hz;
    accuracy.steps.push_back({1e4 * step_w, standard(kGain), offset_w, step_w});
  }
  return accuracy;
}

}  // namespace

Result<Acquisition> acquisition_for(const MeterSetup& setup) {
  HIL_TRY(check_voltage(setup));
  const double asked = setup.rate_hz == 0 ? kMostEnergyRate : setup.rate_hz;
  for (const Rate& rate : kRates) {
    if (!(asked > 0 && asked <= rate.hz)) continue;
    const bool energy = rate.hz <= kMostEnergyRate;
    if (energy && setup.start_on_edge) {
      return Error{Blame::kUser,
                   "an LPM01A tells edges of the sync wire up to 1 kHz: it need not start on one",
                   "ask for more than 1,000 samples a second, or leave the trigger out"};
    }
    return Acquisition{energy,
                       rate.hz,
                       rate.word,
                       std::round(setup.volts * 1000) / 1000,
                       setup.start_on_edge,
                       EdgeSource::kNone};
  }
  return Error{Blame::kUser, fmt::format("an LPM01A cannot take {} samples a second", asked),
               "its most are 100,000, and 1,000 with the sync wire"};
}

Accuracy accuracy_of(const Acquisition& acquisition) {
  Accuracy accuracy = acquisition.energy ? decimal_steps(acquisition) : binary_steps();
  accuracy.time_base = standard(kTimeBase);
  accuracy.source = "maker's manual UM2243: 2 % of reading, 100 nA";
  return accuracy;
}

Supply supply_of(double volts) {
  return Supply{VoltageSource::kSet, volts, standard(kVoltage) * volts};
}

}  // namespace hil::energy::lpm01a
