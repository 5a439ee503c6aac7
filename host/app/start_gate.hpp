// SPDX-License-Identifier: Apache-2.0
// How many boards may be made ready at once, so that none runs out of time for want of a processor.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "host/base/signals.hpp"

namespace hil::app {

/// Starting a board (QEMU, OpenOCD, boot, handshake) keeps a processor busy and has limits on the
/// host's clock. A start that takes longer than usual counts no more: a board that hangs delays
/// those behind it by that time at most. Thread-safe.
class StartGate {
 public:
  using Clock = std::chrono::steady_clock;

  /// @p at_once starts (at least 1), of which each counts for @p longest at most.
  StartGate(std::size_t at_once, Clock::duration longest)
      : at_once_(at_once == 0 ? 1 : at_once), longest_(longest) {}

  /// As many at once as this machine has processors, but at least two; each for three seconds.
  static StartGate for_this_machine();

  /// Blocks until one more may start, and counts it. @p stop may be null.
  /// @returns its number, for leave(); nothing if @p stop came first.
  std::optional<std::size_t> enter(const StopRequest* stop);

  /// The start that enter() gave @p number is over, well or not.
  void leave(std::size_t number);

 private:
  struct Start {
    std::size_t number;
    Clock::time_point at;
  };
  /// When the next one may start: now or before if there is room.
  [[nodiscard]] Clock::time_point room_at(Clock::time_point now) const;

  const std::size_t at_once_;
  const Clock::duration longest_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::vector<Start> starts_;  ///< under way, oldest first
  std::size_t next_ = 0;
};

}  // namespace hil::app
