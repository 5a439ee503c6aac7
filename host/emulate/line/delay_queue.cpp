// SPDX-License-Identifier: Apache-2.0
// DelayQueue: bytes in one row, their times piece by piece.
#include "host/emulate/line/delay_queue.hpp"

#include <algorithm>

namespace hil::emulate {

void DelayQueue::enter(std::span<const std::uint8_t> bytes, Clock::time_point now) {
  if (bytes.empty()) return;
  pieces_.push_back({now + delay_, bytes.size()});
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::span<const std::uint8_t> DelayQueue::due(Clock::time_point now) const {
  std::size_t count = 0;
  for (const Piece& piece : pieces_) {
    if (piece.arrives > now) break;
    count += piece.bytes;
  }
  return std::span(bytes_).first(count);
}

void DelayQueue::leave(std::size_t count) {
  count = std::min(count, bytes_.size());
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(count));
  while (count > 0) {
    Piece& first = pieces_.front();
    const std::size_t taken = std::min(count, first.bytes);
    first.bytes -= taken;
    count -= taken;
    if (first.bytes == 0) pieces_.pop_front();
  }
}

void DelayQueue::clear() {
  bytes_.clear();
  pieces_.clear();
}

}  // namespace hil::emulate
