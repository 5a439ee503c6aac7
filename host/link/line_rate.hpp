// SPDX-License-Identifier: Apache-2.0
// Rates of asynchronous serial lines.
#pragma once

#include <cstdint>

namespace hil {

/// True if @p real is near enough to @p wanted (bits per second) for two ends of a line to
/// understand each other: within 2.5 %. The receiver samples the tenth bit of a byte 9.5 bit times
/// after its start, so 5 % is the end of the half bit it has; each end gets half of that.
constexpr bool rate_fits(std::uint32_t wanted, std::uint32_t real) {
  const std::uint32_t apart = wanted > real ? wanted - real : real - wanted;
  return std::uint64_t{apart} * 40 <= wanted;
}

}  // namespace hil
