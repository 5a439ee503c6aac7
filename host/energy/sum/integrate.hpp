// SPDX-License-Identifier: Apache-2.0
// What lies in a window of a trace: charge, energy, and what their uncertainty depends on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"

namespace hil::energy {

/// The part of a sum that was measured within one step of Accuracy. Linear: shares may be added,
/// scaled and subtracted.
struct StepShare {
  double seconds = 0;
  double integral = 0;  ///< A s; W s for rails of power
  double joules = 0;    ///< 0 if the voltage is not known

  void add(const StepShare& other, double factor) {
    seconds += factor * other.seconds;
    integral += factor * other.integral;
    joules += factor * other.joules;
  }
};

/// Means of a few samples on both sides of an end of a window, A or W, farther away from it than it
/// is uncertain.
struct EdgeLevels {
  double outside = 0, inside = 0;
};

/// One rail in one window.
struct RailSum {
  bool power = false;             ///< `integral` is an energy
  std::optional<double> joules;   ///< nothing if the voltage is not known
  double integral = 0;            ///< A s; W s for rails of power
  double volts = 0;               ///< mean over the window; 0: not known
  double mean = 0, peak = 0;      ///< A or W
  double least = 0;               ///< likewise
  std::vector<StepShare> shares;  ///< one per step of Accuracy, at least one
  double switches = 0;            ///< sum of |after - before| over range switches, A or W
  double dithered = 0;            ///< share of neighbours that differ by half a code step or more
  EdgeLevels begin, end;
};

struct WindowSum {
  double seconds = 0;
  double samples = 0;  ///< length of the window in samples, with lost ones
  /// Shares of the first and the last sample that are outside, 0 to 1.
  double begin_outside = 0, end_outside = 0;
  std::uint64_t lost = 0;  ///< samples that are gaps or make no sense, wholly or partly inside
  std::uint64_t saturated = 0, overcurrent = 0, range_switches = 0;
  std::vector<RailSum> rails;
  double peak_amps = 0;  ///< of the sum of the rails of current

  /// Of all rails that are not part of another: nothing if there is none of that kind, or if the
  /// voltage of one is not known.
  std::optional<double> joules, coulombs;
};

/// Sums @p trace from @p begin to @p end (indices that may lie between samples, 0 <= begin < end <=
/// size()). Sums are compensated (A. Neumaier, Z. angew. Math. Mech. 54 (1974), 39-51), and scaled
/// once: of whole samples that are integers they are exact.
///
/// An end inside sample k splits it by what is outside: with a share f of the sample outside,
/// outside is f times the neighbour there, inside all the rest. So inside and outside always make
/// up the whole, and a step of the current at the window's end, which the sample holds the mean of,
/// comes out right: a plain (1 - f) times the sample loses a sixth of the step at each end in the
/// mean. Without a sound neighbour, and where the ends are @p steady (Window::steady_ends), it is
/// the plain share.
///
/// Lost samples count as the mean of the others in the window; budget.hpp says what that is worth.
/// @p edge_sigma: standard uncertainty of each end in samples, for EdgeLevels.
WindowSum integrate(const Trace& trace, double begin, double end, double edge_sigma = 0,
                    bool steady = false);
/// Likewise, of all that lies in @p window, for which lies_in() holds.
WindowSum integrate(const Trace& trace, const Window& window);

/// Whether @p window is a stretch of @p trace: finite, in order, inside.
bool lies_in(const Window& window, const Trace& trace);

/// Index of the step of @p accuracy for @p value (A or W); 0 if it has none.
std::size_t step_of(const Accuracy& accuracy, double value);

}  // namespace hil::energy
