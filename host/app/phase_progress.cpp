// SPDX-License-Identifier: Apache-2.0
// From phases to progress lines.
#include "host/app/phase_progress.hpp"

#include <unistd.h>

#include <iostream>

namespace hil::app {

std::string phase_title(measure::Phase phase, const std::string& main) {
  return phase == measure::Phase::kRun     ? main
         : phase == measure::Phase::kTrace ? "operators"
         : phase == measure::Phase::kFloat ? "float"
                                           : "check";
}

measure::Watch PhaseProgress::watch(const StopRequest& stop) {
  measure::Watch watch;
  watch.stop = &stop;
  watch.progress = [this](measure::Phase phase, std::uint64_t done, std::uint64_t total) {
    update(phase, done, total);
  };
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
    progress_.emplace(std::cerr, report::style_of(STDERR_FILENO), phase_title(phase, title_),
                      total);
    phase_ = phase;
  }
  progress_->update(done);
}

}  // namespace hil::app
