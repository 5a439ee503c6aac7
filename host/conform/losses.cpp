// SPDX-License-Identifier: Apache-2.0
// Losses by direction.
#include "host/conform/losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/report/text.hpp"

namespace hil::conform {
namespace {

/// Fewer say nothing of a rate.
constexpr std::uint64_t kLeastForRate = 3;

/// Two significant digits: more than that a count of some dozen losses does not tell.
std::uint64_t rounded(double number) {
  if (!(number >= 1)) return 1;
  const double step = std::pow(10.0, std::max(0.0, std::floor(std::log10(number)) - 1));
  return static_cast<std::uint64_t>(std::llround(number / step) * std::llround(step));
}

std::string text_of(std::uint64_t count, double bytes_per_loss, bool loaded, const char* where) {
  if (count == 0) return "";
  const std::string times = count == 1 ? "once" : report::grouped(count) + " times";
  if (!loaded || count < kLeastForRate) return fmt::format("bytes lost {} {}", where, times);
  return fmt::format("about 1 byte in {} lost, {} ({})", report::grouped(rounded(bytes_per_loss)),
                     where, times);
}

}  // namespace

Losses losses_of(const rpc::LinkStatistics& counted) {
  Losses losses;
  const rpc::LostFrames frames_lost = rpc::lost_frames(counted);
  losses.towards_board = frames_lost.to_board;
  losses.from_board = frames_lost.from_board;
  if (losses.towards_board > 0 && counted.frames_sent > 0) {
    const auto frames = static_cast<double>(counted.frames_sent);
    const double frame_bytes = static_cast<double>(counted.bytes_sent) / frames;
    const double resent =
        static_cast<double>(std::min(counted.retransmitted_frames, counted.frames_sent));
    const auto lost = static_cast<double>(losses.towards_board);
    losses.bytes_per_loss_towards = ((frames - resent) / lost + 1) * frame_bytes;
  }
  if (losses.from_board > 0) {
    losses.bytes_per_loss_from =
        static_cast<double>(counted.bytes_received) / static_cast<double>(losses.from_board);
  }
  return losses;
}

std::string losses_text(const Losses& losses, Way way) {
  const std::string towards = text_of(losses.towards_board, losses.bytes_per_loss_towards,
                                      way != Way::kFromBoard, "towards the board");
  const std::string from = text_of(losses.from_board, losses.bytes_per_loss_from,
                                   way != Way::kToBoard, "from the board");
  return towards + (towards.empty() || from.empty() ? "" : "; ") + from;
}

}  // namespace hil::conform
