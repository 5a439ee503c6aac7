// SPDX-License-Identifier: Apache-2.0
// Numbers with as many digits as their uncertainty allows.
#pragma once

#include <string>

#include "host/results/energy.hpp"

namespace hil::report {

/// A value and what it may be wrong by, with as many digits as that allows: of @p expanded two
/// significant ones, of @p value none beyond them. Both as number_text() where @p expanded is 0 or
/// not finite.
struct RoundedValue {
  std::string value, expanded;
};
RoundedValue rounded(double value, double expanded);

/// @p number with @p digits significant digits, or all before the point; never an exponent.
std::string significant(double number, int digits = 4);

/// "3.9 mW", "12.4 uW": @p value of @p unit with the prefix that suits it.
std::string scaled(double value, const char* unit, int digits = 4);

/// "3.960 +- 0.030 mW": both with the prefix that suits @p value, rounded() as @p expanded allows;
/// scaled() where that is 0 or not finite.
std::string scaled_within(double value, double expanded, const char* unit);

/// "0.53 %" of a relative figure, two significant digits; what is less than 0.001 % goes unsaid.
std::string share_text(double share);

/// What the expanded uncertainty (k = 2) is of the value; 0 if there is no figure, or none of it.
double relative_uncertainty(const results::EnergyFigure& figure);
/// The same for figures that have none of their own, as currents and shares of rails: that of the
/// charge, else of the energy.
double relative_uncertainty(const results::Energy& energy);

/// @p value with the digits that @p relative leaves; four where that is not known.
std::string digits_within(double value, double relative);

}  // namespace hil::report
