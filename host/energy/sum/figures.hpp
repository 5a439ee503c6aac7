// SPDX-License-Identifier: Apache-2.0
// From a trace and its windows to the figures of a record.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/sum/budget.hpp"
#include "host/energy/sum/idle.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/results/energy.hpp"

namespace hil::energy {

/// All that is known of a trace besides its samples.
struct MeasuredWindows {
  std::vector<Window> windows;  ///< in order of time; idle ones and rejected ones among them
  WindowKind kind = WindowKind::kInference;  ///< which of them the figures are of
  Alignment alignment = Alignment::kLogic;
  std::optional<ClockFit> fit;
  std::string scope = "inference";  ///< results::Energy::scope
  std::string idle_mode;  ///< of the idle windows: "busy", "wait", "stop"; empty: not known
};

/// Why a window does not count that lies_in() does not hold for.
inline constexpr const char* kBeyondRecording = "it reaches beyond the recording";

/// The windows that figures are made of: those of @p kind that lie in @p trace, are not rejected
/// and have inferences.
std::vector<Window> counting_windows(const Trace& trace, const std::vector<Window>& windows,
                                     WindowKind kind);

/// How windows were found, as far as their uncertainty depends on it.
struct WindowOrigin {
  /// Implicit: for most windows the alignment says it all. @p fit is asked for the host's clock,
  /// whose windows are as long as the ratio of the clocks is right.
  WindowOrigin(Alignment found_by, const std::optional<ClockFit>& fit = std::nullopt);
  [[nodiscard]] WindowEnds ends(const Window& window) const;

  Alignment alignment;
  std::optional<double> length_share;
};

/// Figures per repetition of a set of windows, medians over them.
struct RepeatedFigures {
  std::optional<results::EnergyFigure> gross_uj, net_uj, charge_uc;
  std::optional<results::EnergyFigure> average_uw;  ///< gross, over whole windows
  double seconds = 0;                               ///< of one repetition, median
  std::size_t windows = 0;
};

/// Figures of the counting_windows(). Parts of the uncertainty are the medians of the windows';
/// those that fall anew in each shrink with the square root of their number; `repetition` is what
/// the windows vary more than those explain. @p idle may be null or empty: no net figure then.
///   kLab  no window counts; `what` says why not
Result<RepeatedFigures> repeated_figures(const Trace& trace, const std::vector<Window>& windows,
                                         WindowKind kind, const WindowOrigin& origin,
                                         const IdleTrack* idle);

/// Everything of results::Energy that follows from trace and windows: meter, supply, alignment,
/// idle, the three figures, currents, rails and the table of windows. Phases, layers, duty and the
/// trace's file are the caller's. Pure: the same input gives the same bits.
///   kLab  no window counts
Result<results::Energy> figures_of(const Trace& trace, const MeasuredWindows& measured);

/// results::EnergyWindow of @p window: sums of all that is in it, rejected or not.
results::EnergyWindow describe_window(const Trace& trace, const Window& window);

}  // namespace hil::energy
