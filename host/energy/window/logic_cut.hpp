// SPDX-License-Identifier: Apache-2.0
// Windows by the sync pins on the meter's own logic inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window/cut.hpp"
#include "host/energy/window/device_window.hpp"
#include "host/energy/window/edges.hpp"

namespace hil::energy {

struct LogicCutOptions {
  std::uint64_t tick_hz = 0;                         ///< nominal, of the device
  LogicInput region{0};                              ///< as find_sync_wire() found it
  std::optional<LogicInput> toggle = LogicInput{1};  ///< changes at each inference; none: not wired
  double hold_s = kRegionHold_s;                     ///< see find_edges()
};

/// Finds @p windows (ascending, apart from each other) in @p trace by the edges of the region pin.
///
/// Edges are matched with the windows', ticks are fitted to samples over all edges that are
/// trusted, and each window ends where the line says (within a small fraction of a sample with
/// many edges); where the edges do not lie on one line, a window has its own edges. A window is
/// rejected, and says why, if one of its edges is missing or beside a gap that reaches into it, if
/// samples vanished in it, if anything of reject_spoiled() is in it, or if the second pin's edges
/// in it are not as many as its inferences. Where the second pin never moves, or a window's
/// inferences are shorter than two samples, they are not counted, and a note says so.
///   kBug     no windows, no tick rate
///   kDevice  windows overlap, are empty or out of order; the clock is off by more than kMostPpm
///   kLab     no such input, no edges, an input that floats, edges that do not fit the windows, or
///            do so in several ways,            or not one window that counts (the text has the
///            first one's reason)
Result<Cut> cut_by_logic(const Trace& trace, std::span<const DeviceWindow> windows,
                         const LogicCutOptions& options);

}  // namespace hil::energy
