// SPDX-License-Identifier: Apache-2.0
// Ppk2FrontEnd: the conversion of the data sheet the other way round.
#include "host/emulate/meter/ppk2_front_end.hpp"

#include <cmath>

namespace hil::emulate {
namespace {

/// Currents at which the next range takes over. Source: facts/energy.md 3.5, recalled only; the
/// host is told the range with each sample and needs none of them.
constexpr std::array<double, 4> kUp{50e-6, 500e-6, 5e-3, 60e-3};
constexpr double kHysteresis = 0.8;
constexpr double kMostCode = 16383;

/// The root of a*x^2 + b*x = y that goes to y/b with a; b > 0. NaN where there is none.
double root(double a, double b, double y) {
  return 2 * y / (b + std::sqrt(b * b + 4 * a * y));
}

}  // namespace

const Ppk2Factors& real_ppk2_factors() {
  static const Ppk2Factors factors = [] {
    Ppk2Factors unit;
    unit.r = {1003.3506, 101.5865, 10.3027, 0.9636, 0.0564};
    unit.gs = {1, 112.7890, 18.0115, 2.4217, 0.0729};
    unit.gi = {1, 0.9695, 0.9609, 0.9519, 0.9582};
    unit.o = {112.9420, 75.4627, 64.6020, 50.4983, 87.2177};
    unit.s = {0.000000048, 0.000000596, 0.000005281, 0.000062577, 0.002940743};
    unit.i = {-0.000000104, -0.000001443, 0.000036439, -0.000374119, -0.009388455};
    return unit;
  }();
  return factors;
}

void Ppk2FrontEnd::choose_range(double amps) {
  if (held_ >= 0 && held_ <= 4) {
    range_ = static_cast<unsigned>(held_);
    return;
  }
  while (range_ < 4 && amps > kUp.at(range_))
    ++range_;
  while (range_ > 0 && amps < kHysteresis * kUp.at(range_ - 1))
    --range_;
}

std::uint16_t Ppk2FrontEnd::sample(double amps) {
  choose_range(amps);
  const std::size_t n = range_;
  const double zero = factors_.s.at(n) * volts_ + factors_.i.at(n);
  const double linear = root(factors_.gs.at(n), factors_.gi.at(n), amps - zero);
  const double adc = linear * factors_.r.at(n) * 163840 / 1.8 + factors_.o.at(n);
  const double code = std::round(adc / 4);
  if (!(code > 0)) return 0;  // and for NaN: below what the parabola can reach
  return static_cast<std::uint16_t>(code < kMostCode ? code : kMostCode);
}

}  // namespace hil::emulate
