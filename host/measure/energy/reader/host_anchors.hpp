// SPDX-License-Identifier: Apache-2.0
// Moments that are known on the device's clock and on the meter's, by way of the host's.
#pragma once

#include <span>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/recording.hpp"
#include "host/energy/window/host_cut.hpp"
#include "host/session/session.hpp"

namespace hil::measure {

class HostAnchors {
 public:
  /// Exchanges stamps with the device and keeps the least delayed exchange. Nothing else may be on
  /// the line. Blocks for some milliseconds.
  ///   every error of session::Session::sync_time()
  Status take(session::Session& session, Deadline deadline);

  /// The moments on a trace of @p rate_hz whose samples came as @p arrivals: its first sample began
  /// at the earliest time that any of them allows (the one that was delayed least). With
  /// @p refresh_s (MeterAbilities) a sample is the mean over that long and, when it is read, up to
  /// that old; the mean age is taken off, and its spread is part of the moments' uncertainty.
  [[nodiscard]] std::vector<energy::HostAnchor> on_trace(std::span<const energy::Arrival> arrivals,
                                                         double rate_hz, double refresh_s) const;

  /// The moments in seconds since @p zero, on the host's own clock.
  [[nodiscard]] std::vector<energy::HostAnchor> since(Deadline::Clock::time_point zero) const;

 private:
  struct Moment {
    std::uint64_t ticks = 0;
    Deadline::Clock::time_point at{};
    double sigma_s = 0;
  };
  std::vector<Moment> moments_;
};

}  // namespace hil::measure
