// SPDX-License-Identifier: Apache-2.0
// One counter, read over and over by a thread of its own while the caller drives the board.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"

namespace hil::energy {

/// Readings a second where nothing is asked, and what may be asked. More would wake the machine
/// that is measured; the ends of windows come no nearer than the counter's refresh anyway.
inline constexpr double kDefaultCounts = 10;
inline constexpr double kMostCounts = 100;
inline constexpr double kLeastCounts = 0.01;

/// Runs from start() to finish() or destruction; the counter must outlive it and belongs to its
/// thread meanwhile. A reading that comes late loses nothing: the counter goes on. One that fails
/// is tried again at the next turn; ten in a row end it.
class Counting {
 public:
  /// Most readings of one run: two hours and a half at kMostCounts.
  static constexpr std::size_t kMostReadings = 1'000'000;

  /// Reads @p counter once, and then @p rate_hz times a second (0: kDefaultCounts).
  ///   kUser  another rate than kLeastCounts to kMostCounts
  ///   every error of EnergyCounter::read()
  static Result<std::unique_ptr<Counting>> start(EnergyCounter& counter, double rate_hz,
                                                 Deadline deadline);
  ~Counting();
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

  [[nodiscard]] double rate_hz() const { return rate_hz_; }

  /// Whether it still goes on.
  ///   the error that ended it
  [[nodiscard]] Status check() const;

  /// Ends it and gives all readings, oldest first.
  ///   kUser  they have grown beyond kMostReadings
  ///   the error that ended it
  Result<std::vector<CounterReading>> finish();

 private:
  Counting(EnergyCounter& counter, double rate_hz) : counter_(counter), rate_hz_(rate_hz) {}
  void run();
  bool sleep_until(Deadline::Clock::time_point at);
  Status read_once();
  void halt();

  EnergyCounter& counter_;
  double rate_hz_;
  std::vector<CounterReading> readings_;  ///< the thread's until it has been joined
  std::size_t failures_ = 0;              ///< in a row
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;           ///< under mutex_
  std::optional<Error> error_;  ///< under mutex_
  std::thread thread_;
};

}  // namespace hil::energy
