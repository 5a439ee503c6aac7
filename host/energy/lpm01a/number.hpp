// SPDX-License-Identifier: Apache-2.0
// The ways in which an LPM01A writes numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hil::energy::lpm01a {

/// "3300", "3300m", "3300-3", "1k", "1+3", "6409-07", "100u", "28.0": digits with at most one
/// point, then nothing, one of u, m, k, or a sign and one or two digits of a power of ten.
/// Nothing if @p text is none of these.
std::optional<double> parse_number(std::string_view text);

/// A sample of format ascii_dec: four digits, a sign, two digits ("6409-07" is 6409e-7), nothing
/// else. Nothing if @p text is not.
std::optional<double> parse_sample(std::string_view text);

/// @p volts as `volt` takes them: "3300m".
std::string millivolts(double volts);

}  // namespace hil::energy::lpm01a
