// SPDX-License-Identifier: Apache-2.0
// From a PPK2's code to amperes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "host/energy/ppk2/calibration.hpp"
#include "host/energy/ppk2/sample.hpp"

namespace hil::energy::ppk2 {

/// Formula and constants: facts/energy.md 3.5, which has them from the maker's program.
class Conversion {
 public:
  /// @p volts: of the board's supply, set or stated.
  Conversion(const Calibration& calibration, double volts) {
    for (std::size_t n = 0; n < kRanges; ++n) {
      const RangeFactors& range = calibration.ranges.at(n);
      terms_.at(n) = {1.8 / 163840 / range.r,    range.o, range.gs, range.gi,
                      range.s * volts + range.i, range.ug};
    }
  }

  /// Ampere; ranges over 4 count as 4.
  [[nodiscard]] double amps(unsigned range, double code) const {
    const Terms& term = terms_[std::min<std::size_t>(range, kRanges - 1)];
    const double x = (code * 4 - term.o) * term.per_code;
    return term.ug * (x * (term.gs * x + term.gi) + term.zero);
  }

  /// Ampere between two neighbouring codes of @p range near @p amps_at.
  [[nodiscard]] double code_step(unsigned range, double amps_at) const {
    const Terms& term = terms_[std::min<std::size_t>(range, kRanges - 1)];
    // dI/dcode at x ~ I: the parabola is a correction of some per cent.
    return term.ug * 4 * term.per_code * (2 * term.gs * amps_at + term.gi);
  }

 private:
  struct Terms {
    double per_code = 0;  ///< ampere at the shunt for a quarter of a code
    double o = 0, gs = 0, gi = 0;
    double zero = 0;  ///< ampere
    double ug = 0;
  };
  std::array<Terms, kRanges> terms_;
};

}  // namespace hil::energy::ppk2
