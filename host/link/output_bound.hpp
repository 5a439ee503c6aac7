// SPDX-License-Identifier: Apache-2.0
// How many bytes may wait for a line with a rate, so that what is written last is not late.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "host/base/deadline.hpp"

namespace hil {

/// Keeps what waits for the line below kMostWaiting, however large the buffers behind it are:
/// acknowledgements wait behind it (4,096 bytes at 38,400 baud delay them by a second). The
/// kernel's count alone does not do: bytes in a USB adapter's chip (576 of a CP2102) and in a pty
/// are not in it. So the line is also reckoned by its rate, 10 bit times for a byte. Pure
/// arithmetic on time points; not thread-safe. So long that a busy machine, which wakes this
/// process late, does not let the line run dry.
class OutputBound {
 public:
  using Clock = Deadline::Clock;
  static constexpr std::chrono::milliseconds kMostWaiting{30};
  static constexpr std::size_t kLeastBytes = 16;  ///< may always wait

  /// @p baud: bits per second; 0: no rate, no bound.
  explicit OutputBound(std::uint32_t baud);

  /// Bytes that may be written at @p now while the kernel counts @p queued unsent ones. Once they
  /// are used up it is 0 until half of the bound is free, so that bytes are not written one by one;
  /// who writes in small pieces may fill the bound with many of them.
  [[nodiscard]] std::size_t room(std::size_t queued, Clock::time_point now);
  /// @p bytes were written at @p now; @p took_all: as many as the kernel was given.
  void wrote(std::size_t bytes, Clock::time_point now, bool took_all = true);
  /// When room() is next above 0 if nothing is written and the line keeps its rate.
  [[nodiscard]] Clock::time_point room_at(std::size_t queued, Clock::time_point now) const;
  /// When the last byte will have left, if the line keeps its rate; not after @p now if none waits.
  [[nodiscard]] Clock::time_point sent_at(std::size_t queued, Clock::time_point now) const;

 private:
  /// Time that the line takes for @p bytes.
  [[nodiscard]] Clock::duration line_time(std::size_t bytes) const;
  [[nodiscard]] std::size_t waiting(std::size_t queued, Clock::time_point now) const;

  std::uint32_t baud_;
  std::size_t most_;                  ///< bytes
  Clock::time_point line_free_at_{};  ///< by the line's rate
  std::size_t offered_ = 0;           ///< bytes, by the last room()
  bool filling_ = false;              ///< what was offered has not been used up
};

}  // namespace hil
