// SPDX-License-Identifier: Apache-2.0
// How a long measurement tells where it is, and how it learns that it shall stop.
#pragma once

#include <cstdint>
#include <functional>

#include "host/base/signals.hpp"

namespace hil::measure {

/// kFloat: the float model of a comparison, on the host. kQuiet: energy runs, while which the board
/// can't be asked how far it is; counted in milliseconds, as they were planned.
enum class Phase : std::uint8_t { kUpload, kRun, kTrace, kCheck, kFloat, kQuiet };

struct Watch {
  /// Called on every step with what is done and what there is to do (bytes when uploading, else
  /// samples); may be empty.
  std::function<void(Phase, std::uint64_t done, std::uint64_t total)> progress;
  /// Called several times a second while kQuiet goes on; may be empty.
  std::function<void()> time_passes{};
  const StopRequest* stop = nullptr;  ///< null: nobody can stop it

  void at(Phase phase, std::uint64_t done, std::uint64_t total) const {
    if (progress) progress(phase, done, total);
  }
  void tick() const {
    if (time_passes) time_passes();
  }
  [[nodiscard]] bool stopped() const { return stop != nullptr && stop->requested(); }
};

}  // namespace hil::measure
