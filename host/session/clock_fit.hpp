// SPDX-License-Identifier: Apache-2.0
// How fast a device's clock runs by the host's, from four-stamp exchanges; pure arithmetic.
#pragma once

#include <cstdint>
#include <span>

#include "host/base/result.hpp"

namespace hil::session {

/// Four stamps of one exchange. Host: steady clock, ns; device: its own ticks.
struct TimeSync {
  std::uint64_t host_send_ns = 0, host_receive_ns = 0;
  std::uint64_t device_receive_ticks = 0, device_send_ticks = 0;
};

struct ClockRatio {
  double ppm = 0;  ///< how much faster the device's clock runs than it says; < 0: slower
  double uncertainty_ppm = 0;  ///< half of an interval that holds the true value in at least 95 %
  double duration_s = 0;       ///< between the first and the last exchange, host clock
  double best_delay_us = 0;    ///< shortest time that an exchange spent on the line, both ways
  std::uint32_t exchanges = 0;
  std::uint32_t used = 0;  ///< of these, the least delayed of each part of the time

  /// Device time @p ticks in host seconds.
  [[nodiscard]] double host_seconds(double ticks, std::uint64_t tick_hz) const {
    return ticks / static_cast<double>(tick_hz) / (1 + ppm * 1e-6);
  }
};

/// Least exchanges that fit_clock() takes.
inline constexpr std::size_t kLeastExchanges = 8;

/// Fits a line through (host time, device time) of exchanges in the order they were made.
///
/// Each exchange puts the middle of the device's two stamps at the middle of the host's, which is
/// wrong by at most half its delay (the offset of RFC 5905, section 8). The time is cut into equal
/// parts and the least delayed exchange of each is kept, weighted by its delay; a delay that is
/// the same for all of them falls out of the slope. The uncertainty is three standard errors of
/// the weighted slope (Student's 95 % quantile is below that from 4 points on), the rounding of
/// both clocks included.
///   kBug     fewer than kLeastExchanges, or @p tick_hz is 0
///   kDevice  the device's clock stands still or goes backwards
Result<ClockRatio> fit_clock(std::span<const TimeSync> exchanges, std::uint64_t tick_hz);

}  // namespace hil::session
