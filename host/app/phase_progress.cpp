// SPDX-License-Identifier: Apache-2.0
// From phases to progress lines.
#include "host/app/phase_progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace hil::app {

std::string phase_title(measure::Phase phase, const std::string& main) {
  return phase == measure::Phase::kRun     ? main
         : phase == measure::Phase::kTrace ? "operators"
         : phase == measure::Phase::kFloat ? "float"
         : phase == measure::Phase::kQuiet ? "quiet runs"
                                           : "check";
}

measure::Watch PhaseProgress::watch(const StopRequest& stop) {
  measure::Watch watch;
  watch.stop = &stop;
  watch.progress = [this](measure::Phase phase, std::uint64_t done, std::uint64_t total) {
    update(phase, done, total);
  };
  watch.time_passes = [this] { time_passes(); };
  return watch;
}

void PhaseProgress::finish() {
  if (progress_) progress_->finish();
  progress_.reset();
}

void PhaseProgress::update(measure::Phase phase, std::uint64_t done, std::uint64_t total) {
  if (phase == measure::Phase::kUpload) return;  // a second or two at worst
  if (!progress_ || phase != phase_) {
    finish();
    const bool quiet = phase == measure::Phase::kQuiet;
    progress_.emplace(std::cerr, report::style_of(STDERR_FILENO), phase_title(phase, title_), total,
                      Clock::now(),
                      quiet ? report::ProgressUnit::kMilliseconds : report::ProgressUnit::kThings);
    phase_ = phase;
  }
  done_ = done;
  total_ = total;
  told_ = Clock::now();
  progress_->update(done);
}

void PhaseProgress::time_passes() {
  if (!progress_ || phase_ != measure::Phase::kQuiet) return;
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - told_);
  const std::uint64_t done =
      done_ + static_cast<std::uint64_t>(std::max<std::int64_t>(0, since.count()));
  progress_->update(std::min(done, total_));
}

}  // namespace hil::app
