// SPDX-License-Identifier: Apache-2.0
// What a board draws when it does nothing, next to a window.
#pragma once

#include <cstddef>
#include <vector>

#include "host/energy/sum/integrate.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"

namespace hil::energy {

/// What is not taken for idle at either end of an idle window, in samples, besides three standard
/// uncertainties of the end: there the board still moves its pins (some microseconds at full power,
/// which make 1 ms of idle 3 to 4 % too high), the sample that the end cuts is shared out by its
/// neighbour, and a PPK2 that switches its range needs 3 samples (facts, section 3.6).
inline constexpr double kIdleGuardSamples = 3;
/// Most of a window that one guard may take: of short windows guards are shorter.
inline constexpr double kMostIdleGuard = 0.1;

/// @p window, which is idle, without its guards, in whole samples. Of windows that are too short
/// for that (a few samples), as it is.
Window idle_core(const Window& window);

/// One second of idling, at one place of a trace.
struct IdleSecond {
  double watts = 0, amps = 0;  ///< of the rails that are not part of another; 0 if not known
  std::vector<std::vector<StepShare>> shares;  ///< per rail, per step of Accuracy
  double random_w = 0, random_a = 0;  ///< standard, changes from one idle window to the next
  double common_w = 0, common_a = 0;  ///< standard, the same at every place: code step, no
                                      ///< neighbour on one side
};

/// The idle windows of a trace.
class IdleTrack {
 public:
  /// Takes the idle_core() of those of @p windows that are idle, lie in @p trace and are not
  /// rejected.
  IdleTrack(const Trace& trace, const std::vector<Window>& windows);

  [[nodiscard]] bool empty() const { return places_.empty(); }
  [[nodiscard]] std::size_t windows() const { return places_.size(); }
  [[nodiscard]] double seconds() const { return seconds_; }  ///< without guards

  /// Idle at sample index @p index: on the line between the middles of the idle windows before and
  /// behind it, since idle drifts (warmth, supply); beyond the first or the last, that one, and the
  /// drift there may have been is in common_w. Not empty().
  [[nodiscard]] IdleSecond at(double index) const;

  /// Mean over all idle windows, weighted by their lengths. Not empty().
  [[nodiscard]] IdleSecond mean() const;

 private:
  struct Place {
    double middle = 0;  ///< sample index
    double seconds = 0;
    IdleSecond second;
  };
  void find_scatter(const Trace& trace, const std::vector<Window>& windows);

  std::vector<Place> places_;  ///< by middle
  double seconds_ = 0;
  double scatter_w_ = 0, scatter_a_ = 0;  ///< standard, of one idle window about the drift
};

}  // namespace hil::energy
