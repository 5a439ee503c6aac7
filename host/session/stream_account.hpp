// SPDX-License-Identifier: Apache-2.0
// Where the samples of a stream went: received, or lost at a named place; none silently.
#pragma once

#include <cstdint>

#include "host/base/result.hpp"
#include "host/rpc/stream_queue.hpp"

namespace hil::session {

/// Samples that did not arrive, by place.
struct StreamLosses {
  std::uint64_t on_line = 0;    ///< sent by the device, and never or too late heard
  std::uint64_t on_device = 0;  ///< it had no room for them (its own count)
  std::uint64_t on_host = 0;    ///< came, but nobody took them in time

  [[nodiscard]] std::uint64_t total() const { return on_line + on_device + on_host; }
};

/// What the device says of a stream that has ended.
struct StreamEnd {
  std::uint64_t produced = 0;   ///< samples, dropped ones included
  std::uint64_t dropped = 0;    ///< of these
  std::uint64_t datagrams = 0;  ///< that hold the others
};

/// Adds up one stream. Indices, drops and the end are the device's word; what came is counted
/// here; they must fit each other. Pure arithmetic.
class StreamAccount {
 public:
  StreamAccount() = default;
  /// @p block_samples: most samples of one datagram. Both at least 1.
  StreamAccount(std::uint32_t sample_bytes, std::uint32_t block_samples)
      : sample_bytes_(sample_bytes), block_samples_(block_samples) {}

  /// Takes the next block; says what is missing between it and the one before.
  ///   kDevice  no whole samples, more of them than a datagram has, samples that came before, or
  ///            a count of drops that shrinks or is larger than the gap
  Result<StreamLosses> add(const rpc::StreamBlock& block);

  /// Closes the account: the losses behind the last block. The queue's datagrams that found no
  /// room, and bytes that no block has told of.
  ///   kDevice  the end does not fit what came: the account does not add up
  Result<StreamLosses> close(const StreamEnd& end, const rpc::StreamQueue& queue);

  /// True when the device has said what there was: produced() is its word, and every sample is
  /// accounted for.
  [[nodiscard]] bool closed() const { return closed_; }
  /// Samples that the device took: received ones and losses. Until closed(), those known of.
  [[nodiscard]] std::uint64_t produced() const { return next_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] const StreamLosses& losses() const { return losses_; }

  [[nodiscard]] std::uint64_t datagrams_sent() const { return end_.datagrams; }  ///< once closed()
  [[nodiscard]] std::uint64_t datagrams_received() const { return datagrams_; }
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }                ///< in the samples
  [[nodiscard]] std::uint64_t longest_gap() const { return longest_gap_; }  ///< samples

 private:
  Result<StreamLosses> take_gap(std::uint64_t first, std::uint64_t dropped, std::uint64_t bytes);
  [[nodiscard]] bool fits_datagrams(std::uint64_t on_host) const;

  std::uint32_t sample_bytes_ = 1, block_samples_ = 1;
  std::uint64_t next_ = 0;     ///< index that the next sample should have
  std::uint64_t dropped_ = 0;  ///< said by the device so far
  std::uint64_t received_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t gaps_ = 0;
  std::uint64_t longest_gap_ = 0;
  StreamLosses losses_;
  StreamEnd end_;
  bool closed_ = false;
};

}  // namespace hil::session
