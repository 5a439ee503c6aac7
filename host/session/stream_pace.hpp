// SPDX-License-Identifier: Apache-2.0
// How evenly a stream's samples were taken, by the device's own clock.
#pragma once

#include <cstdint>

namespace hil::session {

/// Compares the time stamps of blocks with those of an exactly even stream at the nominal rate
/// that begins with the first block. Pure arithmetic.
class StreamPace {
 public:
  StreamPace() = default;
  /// @p tick_hz: of the device's clock; both in Hz and not 0.
  StreamPace(std::uint64_t tick_hz, std::uint32_t rate_hz)
      : tick_hz_(static_cast<double>(tick_hz)), rate_hz_(rate_hz) {}

  /// Sample @p index was taken at @p ticks; later than the one before.
  void add(std::uint64_t index, std::uint64_t ticks);

  [[nodiscard]] std::uint64_t stamps() const { return stamps_; }
  /// Samples per second from the first stamp to the last; 0 with fewer than two.
  [[nodiscard]] double measured_hz() const;
  /// Device time from the first stamp to the last.
  [[nodiscard]] double seconds() const { return seconds_; }
  /// Latest minus earliest of the stamps' distances from the nominal ones.
  [[nodiscard]] double jitter_us() const { return (most_late_ - least_late_) * 1e6; }
  /// Standard deviation of those distances.
  [[nodiscard]] double deviation_us() const;

 private:
  double tick_hz_ = 1, rate_hz_ = 1;
  std::uint64_t first_index_ = 0, first_ticks_ = 0, last_index_ = 0;
  std::uint64_t stamps_ = 0;
  double seconds_ = 0;
  double least_late_ = 0, most_late_ = 0;  ///< seconds
  double mean_ = 0, squares_ = 0;          ///< of the distances: Welford's running sums
};

}  // namespace hil::session
