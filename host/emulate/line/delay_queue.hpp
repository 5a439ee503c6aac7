// SPDX-License-Identifier: Apache-2.0
// Bytes that arrive a fixed time after they have passed the line, as behind a USB adapter.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "host/base/deadline.hpp"

namespace hil::emulate {

/// Every byte is held for the same time, so the rate stays and only an answer that is waited for
/// comes later. A USB adapter hands its host a packet when it is full (62 bytes of an FT232R) or
/// when its latency timer ends (16 ms by default; FTDI AN232B-04, "Data Throughput, Latency and
/// Handshaking"): to a short answer this is up to that time, and just that time where the answers'
/// rhythm is that of the timer, which is what stop-and-wait protocols run into. So the model is an
/// adapter's worst case for a stream and its usual one for question and answer. Not thread-safe.
class DelayQueue {
 public:
  using Clock = Deadline::Clock;

  explicit DelayQueue(Clock::duration delay) : delay_(delay) {}

  /// @p bytes have passed the line at @p now; calls come in the order of time.
  void enter(std::span<const std::uint8_t> bytes, Clock::time_point now);
  /// The bytes that have arrived by @p now, in order; valid until the next call of the others.
  [[nodiscard]] std::span<const std::uint8_t> due(Clock::time_point now) const;
  /// The first @p count of those have been taken.
  void leave(std::size_t count);
  void clear();
  /// When the first of the waiting bytes arrives; only if there are some.
  [[nodiscard]] Clock::time_point next() const { return pieces_.front().arrives; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  struct Piece {
    Clock::time_point arrives{};
    std::size_t bytes = 0;
  };
  Clock::duration delay_;
  std::vector<std::uint8_t> bytes_;
  std::deque<Piece> pieces_;  ///< sizes add up to bytes_
};

}  // namespace hil::emulate
