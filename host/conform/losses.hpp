// SPDX-License-Identifier: Apache-2.0
// From what a channel counted to how much was lost, and on which way; pure arithmetic.
#pragma once

#include <cstdint>
#include <string>

#include "host/rpc/statistics.hpp"

namespace hil::conform {

/// Frames that were damaged or vanished, by direction, as rpc::lost_frames() counts them.
struct Losses {
  std::uint64_t towards_board = 0, from_board = 0;
  /// Bytes that travelled for each loss; 0 if there is none. Towards the board what had to be
  /// thrown away behind a gap does not count, because a loss in it is not seen.
  double bytes_per_loss_towards = 0, bytes_per_loss_from = 0;

  [[nodiscard]] bool any() const { return towards_board + from_board > 0; }
};

Losses losses_of(const rpc::LinkStatistics& counted);

/// Which way most bytes of a stream went.
enum class Way : std::uint8_t { kToBoard, kFromBoard, kBoth };

/// "about 1 byte in 9,800 lost, towards the board (231 times)". A rate is given for ways that carry
/// the stream and from three losses on. Empty if nothing was lost.
std::string losses_text(const Losses& losses, Way way);

}  // namespace hil::conform
