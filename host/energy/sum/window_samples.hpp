// SPDX-License-Identifier: Apache-2.0
// One figure of every window, and the median of all with its uncertainty.
#pragma once

#include <cstddef>
#include <vector>

#include "host/energy/sum/budget.hpp"
#include "host/results/energy.hpp"

namespace hil::energy {

/// The same figure of several windows, in the figure's unit and per repetition.
class WindowSamples {
 public:
  /// @p scale: from the budget's unit, of the whole window, to the figure's.
  void add(double value, const WindowBudget& budget, double scale);

  /// The median, with the medians of the windows' parts; own parts shrink with the square root of
  /// the number of windows, and `repetition` is what the windows vary more than those explain.
  /// @p ends_alike: errors of the ends are the same in all windows. @p idles: windows that idle was
  /// seen in.
  [[nodiscard]] results::EnergyFigure figure(bool ends_alike, std::size_t idles) const;

  [[nodiscard]] bool empty() const { return values_.empty(); }

 private:
  using Part = double results::UncertaintyParts::*;
  [[nodiscard]] double common_median(Part part) const;
  [[nodiscard]] double own_median(Part part) const;

  std::vector<double> values_;
  std::vector<WindowBudget> budgets_;
};

}  // namespace hil::energy
