// SPDX-License-Identifier: Apache-2.0
// Whether host and device understand each other, from the host's rate and samples of the device's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "host/base/deadline.hpp"

namespace hil::emulate {

/// The device's rate is known only by samples, while bytes may have been sent before it was
/// changed. So bytes from the device are bad only if neither of the last two samples fits, and
/// bytes to it wait for a sample that is newer than the host's last change. Pure; not thread-safe.
class RateJudge {
 public:
  using Clock = Deadline::Clock;
  static constexpr std::chrono::milliseconds kSampleEvery{50};
  /// A sample older than this proves nothing.
  static constexpr std::chrono::milliseconds kSampleGood{200};
  /// Bytes do not wait longer for a sample.
  static constexpr std::chrono::milliseconds kMostHold{50};

  /// The host's rate as just read, in bits per second. True if it is another than before.
  bool set_host(std::uint32_t rate, Clock::time_point now);
  /// The device's rate (0: not known), read at @p now.
  void add_sample(std::uint32_t rate, Clock::time_point now);
  /// What the samples said is no longer true (another machine).
  void forget();

  [[nodiscard]] std::uint32_t host() const { return host_; }
  /// The device's rate as the newest sample has it; 0: not known.
  [[nodiscard]] std::uint32_t device() const { return newest_ ? newest_->rate : 0; }
  /// Whether a sample is wanted before bytes pass.
  [[nodiscard]] bool wants_sample(Clock::time_point now) const;
  /// Until when bytes to the device should wait for a sample; nothing: they need not.
  [[nodiscard]] std::optional<Clock::time_point> hold_until(Clock::time_point now) const;
  /// Whether bytes that pass at @p now arrive as others than were sent.
  [[nodiscard]] bool garbles_to_device(Clock::time_point now) const;
  [[nodiscard]] bool garbles_to_host(Clock::time_point now) const;

 private:
  struct Sample {
    std::uint32_t rate = 0;
    Clock::time_point at{};
  };
  [[nodiscard]] bool misfits(const std::optional<Sample>& sample) const;
  [[nodiscard]] bool good(Clock::time_point now) const;

  std::uint32_t host_ = 0;
  Clock::time_point host_changed_{};
  std::optional<Sample> newest_;
  std::optional<Sample> before_;
};

}  // namespace hil::emulate
