// SPDX-License-Identifier: Apache-2.0
// One progress line per phase of a measurement, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "host/base/signals.hpp"
#include "host/measure/watch.hpp"
#include "host/report/progress.hpp"

namespace hil::app {

/// What @p phase is called on the line of progress: @p main if it is the main one, else "check" and
/// the like.
std::string phase_title(measure::Phase phase, const std::string& main);

class PhaseProgress {
 public:
  /// @p title: what the main phase is called, "evaluate".
  explicit PhaseProgress(std::string title) : title_(std::move(title)) {}

  /// What to give to a measurement; @p stop and this must outlive it.
  measure::Watch watch(const StopRequest& stop);

  /// Ends the last line.
  void finish();

 private:
  void update(measure::Phase phase, std::uint64_t done, std::uint64_t total);
  /// Of what cannot be asked: as if it went on as planned.
  void time_passes();

  using Clock = std::chrono::steady_clock;

  std::string title_;
  std::optional<report::Progress> progress_;
  measure::Phase phase_ = measure::Phase::kUpload;
  std::uint64_t done_ = 0, total_ = 0;  ///< as last told
  Clock::time_point told_{};
};

}  // namespace hil::app
