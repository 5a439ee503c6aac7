// SPDX-License-Identifier: Apache-2.0
// Where the windows of a trace are, by whatever method, and how well that is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/energy/window.hpp"

namespace hil::energy {

/// What every way of finding windows gives.
struct Cut {
  Alignment alignment = Alignment::kLogic;
  std::vector<Window> windows;    ///< one per device window (or pair of stamps), in their order
  std::optional<ClockFit> clock;  ///< not for time stamps
  /// kLogic: windows end where the line through all edges says; else at each window's own edges,
  /// because the edges do not lie on one line as well as the meter's sampling lets them.
  bool ends_from_fit = true;
  bool inferences_counted = false;  ///< kLogic: the second pin moved once per inference
  double merit = 0;                 ///< kTracePattern: best match over the second best
  /// What a person should know though windows count: glitches, lost samples between windows, edges
  /// that nobody asked for. Whole sentences' worth, lower case, no period.
  std::vector<std::string> notes;

  /// How many are not rejected.
  [[nodiscard]] std::size_t counting() const;
};

/// The least that is known wrong by where the windows end, relative to a window's energy:
/// step / mean * sqrt(2) * sigma / length, with both ends independent of each other.
/// @p step is the change of power at an end, @p mean the mean power inside (any unit, the same);
/// @p sigma the standard uncertainty of an end and @p length the window's (samples or seconds,
/// the same). 0 if mean or length are not positive.
double edge_error_share(double step, double mean, double sigma, double length);

}  // namespace hil::energy
