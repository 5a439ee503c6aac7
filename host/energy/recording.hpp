// SPDX-License-Identifier: Apache-2.0
// One recording of a meter, pulled by a thread of its own while the caller drives the board.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/power_meter.hpp"

namespace hil::energy {

/// When so many samples had come to the host; the line between host time and sample index.
struct Arrival {
  Deadline::Clock::time_point at{};
  std::uint64_t samples = 0;
};

/// What a recording has at some moment.
struct RecordingState {
  std::uint64_t samples = 0;
  std::uint64_t lost = 0;                    ///< of them, flag::kGap
  std::array<std::uint64_t, 8> edges{};      ///< level changes of each logic input, both directions
  std::array<std::uint64_t, 8> last_edge{};  ///< index of the sample after the last of them
  std::uint8_t levels = 0;                   ///< of the last sample
};

/// Runs from start() to finish() or destruction; the meter must outlive it and belongs to its
/// thread meanwhile. An error of the meter ends the thread and is kept.
class Recording {
 public:
  /// Most samples times rails of one recording: an hour at 100 kS/s.
  static constexpr std::uint64_t kMostValues = 360'000'000;

  /// Starts @p meter and the thread.
  ///   every error of PowerMeter::start()
  static Result<std::unique_ptr<Recording>> start(PowerMeter& meter, Deadline deadline);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  [[nodiscard]] RecordingState state() const;
  /// Samples per second, nominal.
  [[nodiscard]] double rate_hz() const { return rate_hz_; }

  /// Blocks until @p enough says so of the state, or @p deadline.
  /// @returns whether it said so
  ///   the error that ended the recording
  Result<bool> wait(const std::function<bool(const RecordingState&)>& enough, Deadline deadline);

  /// Ends the recording and gives it.
  ///   kUser  it has grown beyond kMostValues
  ///   every error of the meter while it ran and of PowerMeter::stop()
  Result<Trace> finish(Deadline deadline);

  /// How the samples came in, oldest first; one per read, but at most one in 10 ms. Only after
  /// finish().
  [[nodiscard]] const std::vector<Arrival>& arrivals() const { return arrivals_; }

 private:
  explicit Recording(PowerMeter& meter) : meter_(meter) {}
  void run();
  Status pull();
  void take_in(std::size_t from);
  void halt();

  PowerMeter& meter_;
  double rate_hz_ = 0;
  Trace trace_;                    ///< the thread's until it has been joined
  std::vector<Arrival> arrivals_;  ///< likewise
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  RecordingState state_;        ///< under mutex_
  std::optional<Error> error_;  ///< under mutex_
  bool over_ = false;           ///< under mutex_: nothing more will come
  std::thread thread_;
};

}  // namespace hil::energy
