// SPDX-License-Identifier: Apache-2.0
// Figures of meters that add up by themselves (EnergyCounter, the counter on the board).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/results/energy.hpp"

namespace hil::energy {

/// The difference of two readings.
struct CounterWindow {
  WindowKind kind = WindowKind::kInference;
  std::uint32_t inferences = 0;   ///< 0 for idle
  double begin_s = 0, end_s = 0;  ///< of the readings, by any one clock
  double edge_sigma_s = 0;        ///< standard uncertainty of each of these times
  double joules = 0;
  std::optional<double> coulombs{};
  std::string rejected{};  ///< why it must not count; empty: it does
};

struct CounterRun {
  MeterInfo meter;
  Accuracy accuracy;  ///< of EnergyCounter: steps in watts, `code_step_a` in joules
  Supply supply;
  std::vector<CounterWindow> windows;        ///< in order of time
  WindowKind kind = WindowKind::kInference;  ///< which of them the figures are of
  std::string scope = "inference";
  std::string idle_mode;
};

/// As figures_of(), from readings: alignment `counter`, no peaks. Of each window: gain and time
/// base of its energy, offset times its length, two readings' code steps at random (q / sqrt(6)),
/// and the mean power times when readings were taken. Idle is on the line between the idle windows
/// before and behind; of the difference the offset cancels, and gain acts on the difference.
///   kLab  no window counts; `what` says why not
Result<results::Energy> counter_figures(const CounterRun& run);

}  // namespace hil::energy
