// SPDX-License-Identifier: Apache-2.0
// What the windows of a virtual board's energy runs have truly taken, in a few numbers.
#pragma once

#include <cstdint>

namespace hil::emulate {

/// Sums over all windows of all runs since the board was started.
struct TruthTotals {
  std::uint64_t runs = 0, windows = 0;
  double window_joules = 0, window_coulombs = 0;
};

}  // namespace hil::emulate
