// SPDX-License-Identifier: Apache-2.0
// Losses that no counter shows: fewer samples have come than time has passed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/base/deadline.hpp"

namespace hil::energy::ppk2 {

/// A loss, as far as time tells: behind sample `after` and before sample `before` (both indices as
/// they were fed), `samples` are missing.
struct HiddenLoss {
  std::uint64_t after = 0, before = 0;
  std::uint64_t samples = 0;
};

/// Samples against the host's clock. A sample comes late, never early: the earliest arrivals of
/// each quarter of a second lie on a line (the ratio of the two clocks), and a loss of k samples
/// lifts all later ones above it by k sample times, for good. Only losses of 64 and its multiples
/// have to be found here, so a lift of less than 0.48 ms is none, and the amount is exact. On a
/// busy host even the earliest are late, now more and now less: then a lift counts only if it is
/// four times their scatter. What the facts ask for (0.5 % over a second) is eight such losses in
/// one second.
class RateWatch {
 public:
  /// At @p at the first @p samples of the recording had come, and the last of them had been waited
  /// for: what lies ready when it is asked for tells nothing of when it came. Times never go back.
  void feed(Deadline::Clock::time_point at, std::uint64_t samples);

  /// Seconds of arrivals that losses() needs behind a loss, with a little more than the four
  /// quarters of a second that it looks at; twice that in all.
  static constexpr double kProof_s = 1.1;

  /// All that can be told, by index; needs kProof_s of arrivals behind a loss, twice that in all.
  [[nodiscard]] std::vector<HiddenLoss> losses() const;

  /// How much the earliest arrivals scatter, seconds; nothing: less than two seconds of them. Above
  /// kMostScatter_s losses of 64 samples may go unseen.
  [[nodiscard]] std::optional<double> scatter_s() const;
  static constexpr double kMostScatter_s = 0.12e-3;

  /// Samples per second of the host's clock, by the earliest arrivals; 0: less than half a second,
  /// or a host too busy to tell.
  [[nodiscard]] double seen_hz() const;

 private:
  /// The earliest arrival of a stretch of time.
  struct Block {
    double at_s = 0;    ///< since the first feed
    double late_s = 0;  ///< against the nominal rate
    std::uint64_t samples = 0;
  };
  [[nodiscard]] double slope() const;
  /// Lateness without the clocks' ratio.
  [[nodiscard]] std::vector<double> levelled() const;
  [[nodiscard]] std::vector<HiddenLoss> everywhere() const;

  std::vector<Block> blocks_;
  std::int64_t block_ = -1;  ///< number of the last one
  Deadline::Clock::time_point first_{};
  std::uint64_t first_samples_ = 0;
};

}  // namespace hil::energy::ppk2
