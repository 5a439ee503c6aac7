// SPDX-License-Identifier: Apache-2.0
// Blocks of samples that came as datagrams, until somebody takes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "host/base/deadline.hpp"

namespace hil::rpc {

/// Consecutive samples as the agent sent them; not yet checked against those before.
struct StreamBlock {
  Deadline::Clock::time_point at;  ///< when the host got it
  std::uint64_t first_index = 0;   ///< of the first sample; dropped samples are numbered, too
  std::uint64_t device_ticks = 0;  ///< when that one was taken
  std::uint64_t dropped = 0;       ///< samples dropped on the device from the beginning to here
  std::vector<std::uint8_t> samples;
  std::uint64_t overrun_bytes = 0;  ///< of samples that this queue had no room for, right before
};

/// Holds the blocks of one stream in order, a bounded number of bytes. What comes twice, or after a
/// newer one, is left out and counted.
class StreamQueue {
 public:
  static constexpr std::size_t kMostBytes = 8u << 20;
  /// Each also takes some bytes of its own.
  static constexpr std::size_t kMostBlocks = 65'536;

  explicit StreamQueue(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}

  /// Takes blocks of the stream that @p call began, and forgets all else; 0: of none.
  void open(std::uint8_t call);
  [[nodiscard]] std::uint8_t call() const { return call_; }

  /// Appends what the datagram's @p body (a StreamData) says. False if it is none.
  bool push(std::span<const std::uint8_t> body);
  /// The oldest block.
  std::optional<StreamBlock> pop();

  /// Datagrams since open() that were new.
  [[nodiscard]] std::uint64_t pushed() const { return pushed_; }
  /// Datagrams since open() that came twice, or after a newer one.
  [[nodiscard]] std::uint64_t stale() const { return stale_; }
  /// Datagrams that found no room, and bytes of samples in those that no block has told of yet.
  [[nodiscard]] std::uint64_t overruns() const { return overruns_; }
  [[nodiscard]] std::uint64_t overrun_bytes() const { return overrun_bytes_; }

 private:
  std::size_t most_bytes_;
  std::deque<StreamBlock> blocks_;
  std::size_t bytes_ = 0;
  std::optional<std::uint64_t> last_index_;  ///< first index of the newest block
  std::uint64_t pushed_ = 0;
  std::uint64_t stale_ = 0;
  std::uint64_t overruns_ = 0;
  std::uint64_t overrun_bytes_ = 0;
  std::uint8_t call_ = 0;
};

}  // namespace hil::rpc
