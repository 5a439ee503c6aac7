// SPDX-License-Identifier: Apache-2.0
// Which edge of the trace is which edge of the device's windows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/energy/trace.hpp"
#include "host/energy/window/clock_fit.hpp"
#include "host/energy/window/device_window.hpp"
#include "host/energy/window/edges.hpp"

namespace hil::energy {

/// Samples that are not in the trace though nobody marked them, between two matched edges.
struct SilentLoss {
  std::uint64_t after = 0, before = 0;  ///< indices of the two edges
  double samples = 0;
};

/// Edges of the device's windows, two per window (rise, fall), and what the trace has of them.
struct EdgeMatch {
  struct Found {
    std::size_t edge = 0;       ///< index into the list of edges
    std::uint32_t section = 0;  ///< see EdgePair
  };
  std::vector<std::optional<Found>> found;  ///< 2 w: rise of window w, 2 w + 1: its fall
  std::vector<std::size_t> surplus;         ///< edges that belong to no window
  std::vector<SilentLoss> losses;           ///< one between each two sections
  std::size_t count = 0;                    ///< how many were found
  bool ambiguous = false;                   ///< edges are missing, and which ones cannot be told
};

/// Matches @p edges of @p trace with @p windows (not empty, ascending).
///
/// If both are as many and their distances agree, they are taken in order, whatever the clocks'
/// ratio; less samples than ticks say, here and there, are silent losses. Else the chain of pairs
/// is looked for that explains the most: distances by the nominal rates within 1.5 samples and 1.5
/// times kMostPpm, at a price edges left out on either side, and at a higher one lost samples. An
/// edge beside a gap so wide that it may be any of several is no evidence and counts as not seen.
/// Windows at even distances may fit in several ways. Then that one counts whose missing edges a
/// gap would hide; if none is better than all others it is ambiguous.
EdgeMatch match_edges(const Trace& trace, std::span<const Edge> edges,
                      std::span<const DeviceWindow> windows, const NominalRates& rates);

}  // namespace hil::energy
