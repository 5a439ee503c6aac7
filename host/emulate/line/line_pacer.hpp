// SPDX-License-Identifier: Apache-2.0
// One direction of a serial line with a rate: when each byte has passed. Pure arithmetic.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "host/base/deadline.hpp"

namespace hil::emulate {

/// A byte takes 10 bit times (start, 8 data, stop). Bytes pass one behind the other; in an unbroken
/// stretch the k-th one has passed exactly 10 k / baud seconds after the stretch began, however
/// often and late somebody looks. Counts only; the bytes are the caller's. Not thread-safe.
class LinePacer {
 public:
  using Clock = Deadline::Clock;
  /// Most that is on its way in this direction: real UARTs have a few bytes.
  static constexpr std::chrono::milliseconds kMostWaiting{4};
  static constexpr std::size_t kLeastRoom = 16;  ///< bytes that may always be on their way
  /// A caller who looks later than this does not get more than this at once.
  static constexpr std::chrono::milliseconds kMostBurst{20};
  /// A caller who looks again after this long is soon enough, unless all has passed before.
  static constexpr std::chrono::milliseconds kLookAgain{1};

  static constexpr std::uint32_t kMostBaud = 1'000'000'000;  ///< higher rates are taken as this

  /// @p baud: bits per second; 0: no rate, bytes pass at once.
  explicit LinePacer(std::uint32_t baud) : baud_(std::min(baud, kMostBaud)) {}

  /// The rate from @p now on, also of the bytes that wait; the byte under way starts anew.
  void set_rate(std::uint32_t baud, Clock::time_point now);

  /// Bytes that may enter.
  [[nodiscard]] std::size_t room() const;
  /// @p bytes more are to pass, behind those that wait; fewer than room(): the source has no more.
  void enter(std::size_t bytes, Clock::time_point now);
  /// How many of the waiting bytes have passed by @p now. Those beyond kMostBurst are put off.
  [[nodiscard]] std::size_t due(Clock::time_point now);
  /// @p bytes of those that are due have been taken.
  void leave(std::size_t bytes);
  /// Bytes that have entered and not left.
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  /// When to call due() again; only if bytes wait.
  [[nodiscard]] Clock::time_point next_look() const;
  /// Line time lost so far to callers that looked later than kMostBurst.
  [[nodiscard]] Clock::duration put_off() const { return put_off_; }

 private:
  /// When the @p count-th byte of the stretch has passed.
  [[nodiscard]] Clock::time_point passed_at(std::uint64_t count) const;

  std::uint32_t baud_;
  Clock::time_point start_{};  ///< of the stretch
  std::uint64_t left_ = 0;     ///< bytes of the stretch that have left
  std::size_t waiting_ = 0;
  bool pressed_ = false;  ///< the source had more than there was room for
  Clock::duration put_off_{};
};

}  // namespace hil::emulate
