// SPDX-License-Identifier: Apache-2.0
// What a channel counts about its link.
#pragma once

#include <chrono>
#include <cstdint>

namespace hil::rpc {

/// From the opening of the channel on. The names are those of results::LinkInfo.
struct LinkStatistics {
  std::uint64_t bytes_sent = 0, bytes_received = 0;    ///< on the line, everything included
  std::uint64_t frames_sent = 0, frames_received = 0;  ///< of every type; received: CRC good
  std::uint64_t retransmitted_frames = 0;              ///< by the host
  std::uint64_t device_duplicate_frames = 0;           ///< came again from the device
  std::uint64_t crc_errors = 0;              ///< frames from the device whose CRC is wrong
  std::uint64_t malformed_frames = 0;        ///< broken stuffing, over-long, of no known type
  std::uint64_t discarded_bytes = 0;         ///< of the two above
  std::uint64_t resend_requests = 0;         ///< both ways: gaps seen by the host or by the device
  std::uint64_t device_resend_requests = 0;  ///< of these, the device's: it missed something
  std::uint64_t resyncs = 0;  ///< times the decoder lost its place: bad frames in a row count once
  std::uint64_t polls = 0;
  /// Answers to polls that showed that something had been lost before them, by its direction.
  std::uint64_t polls_found_loss_to_board = 0, polls_found_loss_from_board = 0;
  std::uint64_t datagrams_lost = 0;
  /// Longest wait for any valid frame while one was due.
  std::chrono::steady_clock::duration longest_silence{0};
};

/// Adds what another channel of the same board has counted; the longest silence is that of both.
LinkStatistics& operator+=(LinkStatistics& sum, const LinkStatistics& more);

/// What @p after has counted since @p before, of the same channels; its longest silence is that of
/// the whole time.
LinkStatistics operator-(LinkStatistics after, const LinkStatistics& before);

/// Frames that were damaged or vanished, by direction.
struct LostFrames {
  std::uint64_t to_board = 0, from_board = 0;
};

/// From the board: frames whose CRC or shape is wrong here, or gaps seen here if those are more.
/// Towards it: the device can't say how many frames it threw away, but it asks for the first one
/// that it misses, once for each gap. A loss with nothing behind it is found by a poll, either way.
LostFrames lost_frames(const LinkStatistics& counted);

}  // namespace hil::rpc
