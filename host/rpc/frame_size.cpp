// SPDX-License-Identifier: Apache-2.0
// FrameSize: losses per byte, forgotten by halves.
#include "host/rpc/frame_size.hpp"

#include <algorithm>
#include <cmath>

namespace hil::rpc {
namespace {

/// Bytes after which what was seen before counts half: some thirty losses at 1e-5 bit errors and
/// 1 % lost frames, so that the estimate is steady, and 23 s at 115,200 baud.
constexpr double kMemoryBytes = 256 * 1024;
/// As if a line had carried so many good bytes at first: one early loss is not a bad line.
constexpr double kPriorBytes = 16 * 1024;
/// Of a frame besides its bytes of the stream: header 5, place 2, CRC 4, stuffing 3, delimiter 1.
constexpr double kOverheadBytes = 15;

/// A frame that has left keeps its size, and a large one never gets over a very bad line: the first
/// ones are small, and grow with what has been sent.
constexpr double kFirstBytes = 256;
constexpr double kGrowth = 1.0 / 8;

}  // namespace

void FrameSize::sent(std::size_t bytes, bool again) {
  bytes_ += static_cast<double>(bytes);
  losses_ += again ? 1 : 0;
  if (bytes_ < 2 * kMemoryBytes) return;
  bytes_ /= 2;
  losses_ /= 2;
}

std::size_t FrameSize::best(std::size_t most) const {
  const std::size_t least = std::min(kLeast, most);
  double best = kFirstBytes + bytes_ * kGrowth;
  // Less than a tenth of a loss remembered is none.
  if (losses_ >= 0.1) {
    best = std::min(best, std::sqrt(kOverheadBytes * (bytes_ + kPriorBytes) / losses_));
  }
  return std::clamp(static_cast<std::size_t>(best), least, most);
}

}  // namespace hil::rpc
