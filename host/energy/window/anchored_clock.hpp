// SPDX-License-Identifier: Apache-2.0
// Where device ticks are on the host's clock, and how well that is known.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/window.hpp"

namespace hil::energy {

/// A moment that is known on both clocks.
struct HostAnchor {
  std::uint64_t ticks = 0;  ///< of the device
  double trace_s = 0;       ///< host time since the trace's first sample began
  double sigma_s = 0;       ///< standard uncertainty of it: line, scheduler, meter's latency
};

/// A line through anchors: one gives the offset, two or more that are far enough apart the rate,
/// too. Places are indices at @p index_hz per second of the host.
class AnchoredClock {
 public:
  ///   kBug     no anchors, a time that is not finite, a sigma or rate that is not positive
  ///   kDevice  ticks do not ascend, or the clock is off by more than kMostPpm
  ///   kLab     the anchors' times do not ascend with the ticks
  static Result<AnchoredClock> fit(std::span<const HostAnchor> anchors, std::uint64_t tick_hz,
                                   double index_hz);

  [[nodiscard]] const ClockFit& clock() const { return clock_; }
  [[nodiscard]] double index_at(std::uint64_t ticks) const { return clock_.index_at(ticks); }
  /// Standard uncertainty of index_at(). Delays of a line are alike for all anchors, so more of
  /// them do not make it better; what the rate may be off by grows with the distance from the
  /// nearest one.
  [[nodiscard]] double sigma_at(std::uint64_t ticks) const;

 private:
  AnchoredClock(const ClockFit& clock, std::span<const HostAnchor> anchors, double sigma);

  ClockFit clock_;
  std::vector<double> anchored_;  ///< indices of the anchors
  double sigma_;                  ///< at an anchor
};

}  // namespace hil::energy
