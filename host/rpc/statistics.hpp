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
  std::uint64_t polls = 0;
  std::uint64_t datagrams_lost = 0;
  /// Longest wait for any valid frame while one was due.
  std::chrono::steady_clock::duration longest_silence{0};
};

}  // namespace hil::rpc
