// SPDX-License-Identifier: Apache-2.0
// What has gone over a virtual board's line, counted by the line itself.
#pragma once

#include <chrono>
#include <cstdint>

namespace hil::emulate {

/// Since the relay was made. Times are of the steady clock, on which all processes of this machine
/// agree; its epoch stands for "never".
struct LineCounts {
  using Time = std::chrono::steady_clock::time_point;

  std::uint64_t to_device = 0;  ///< bytes that have passed the line
  std::uint64_t to_host = 0;
  std::uint64_t garbled = 0;  ///< of those two, because the rates differ
  std::uint64_t dropped = 0;  ///< of to_host: the host did not read for LineRelay::kMostStall
  Time first_to_device{};
  Time last_to_device{};
  Time first_to_host{};  ///< without the turnaround
  Time last_to_host{};
  /// Line time that was lost, beyond LinePacer::kMostBurst each time, because the relay itself came
  /// too late; both directions. Above 0 the machine was too busy for figures about the line.
  std::chrono::nanoseconds put_off{};
  /// The same, because the device or the host took no bytes.
  std::chrono::nanoseconds held_up{};
};

}  // namespace hil::emulate
