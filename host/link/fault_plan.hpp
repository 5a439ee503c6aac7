// SPDX-License-Identifier: Apache-2.0
// What to break on a link on purpose, and what was broken.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace hil {

/// A stretch of time, counted from FaultLink::start_clock().
struct FaultWindow {
  std::chrono::milliseconds at{0};
  std::chrono::milliseconds length{0};
};

/// Probabilities are 0 to 1. A frame is the bytes up to a 0x00; each direction has luck of its own.
struct FaultPlan {
  double drop = 0;                  ///< of a frame: it vanishes
  double duplicate = 0;             ///< of a frame: it comes twice in a row
  double swap = 0;                  ///< of a frame: it comes after its successor
  double flip = 0;                  ///< of a bit: it is inverted (delimiters' bits included)
  std::vector<FaultWindow> stalls;  ///< bytes wait and come late, both ways
  std::vector<FaultWindow> cuts;    ///< bytes vanish, both ways
  std::uint64_t seed = 1;

  /// True if anything is to be broken.
  [[nodiscard]] bool any() const {
    return drop > 0 || duplicate > 0 || swap > 0 || flip > 0 || !stalls.empty() || !cuts.empty();
  }
};

/// What was done in one direction.
struct FaultCounts {
  std::uint64_t frames = 0;  ///< seen whole, dropped ones included
  std::uint64_t dropped = 0, duplicated = 0, swapped = 0;
  std::uint64_t flipped_bits = 0;
  std::uint64_t bytes_cut = 0;
};

}  // namespace hil
