// SPDX-License-Identifier: Apache-2.0
// What gives samples by itself on a board: the seam for sensors, counters and power traces.
#pragma once

#include <cstdint>
#include <span>

#include "target/port/sample_ring.hpp"

namespace hil::port {

/// Gives samples of one size at one rate. One source at a time runs.
struct StreamSource {
  const char* name;            ///< at most 15 characters: "counter16"
  std::uint16_t sample_bytes;  ///< of one sample, at least 1
  std::uint32_t most_hz;       ///< samples per second at most

  /// Begins to push samples into @p ring, from an interrupt or from serve(), until it is done() or
  /// stop(). @p rate_hz: 1 to most_hz. @returns the true rate in Hz, 0 if the source does not
  /// start.
  std::uint32_t (*start)(std::uint32_t rate_hz, SampleRing& ring);
  /// Ends that: when it returns, nothing is pushed any more.
  void (*stop)();
  /// Called in each pass of the agent's loop while it runs; null for sources that interrupt. idle()
  /// must return when it has something to do.
  void (*serve)();
};

/// What this board has. Only ports whose configuration has stream_bytes define it.
std::span<const StreamSource> stream_sources();

}  // namespace hil::port
