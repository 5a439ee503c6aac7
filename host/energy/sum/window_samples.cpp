// SPDX-License-Identifier: Apache-2.0
// Medians of values and of parts.
#include "host/energy/sum/window_samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/energy/sum/repetition.hpp"

namespace hil::energy {
namespace {

using results::EnergyFigure;
using results::UncertaintyParts;

/// Each part of UncertaintyParts, to treat them alike.
constexpr double UncertaintyParts::*kParts[] = {
    &UncertaintyParts::gain,           &UncertaintyParts::offset,       &UncertaintyParts::voltage,
    &UncertaintyParts::time_base,      &UncertaintyParts::code_step,    &UncertaintyParts::edges,
    &UncertaintyParts::range_switches, &UncertaintyParts::lost_samples, &UncertaintyParts::idle,
    &UncertaintyParts::repetition};

}  // namespace

void WindowSamples::add(double value, const WindowBudget& budget, double scale) {
  values_.push_back(value * scale);
  WindowBudget& kept = budgets_.emplace_back(budget);
  for (const auto part : kParts) {
    kept.common.*part *= scale;
    kept.own.*part *= scale;
  }
}

EnergyFigure WindowSamples::figure(bool ends_alike, std::size_t idles) const {
  EnergyFigure figure;
  figure.value = median_of(values_);
  const std::size_t count = values_.size();
  const double penalty = median_penalty(count);
  double expected = 0;  // variance of the median that the parts of each window explain
  for (const auto part : kParts) {
    std::size_t shrink = count;
    if (part == &UncertaintyParts::edges && ends_alike) shrink = 1;
    if (part == &UncertaintyParts::idle) shrink = std::min(count, std::max<std::size_t>(1, idles));
    double own = own_median(part);
    if (shrink > 1) {
      own *= penalty / std::sqrt(static_cast<double>(shrink));
      expected += own * own;
    }
    figure.parts.*part = std::hypot(common_median(part), own);
  }
  const double seen = repetition_uncertainty(values_);
  figure.parts.repetition = std::sqrt(std::max(0.0, seen * seen - expected));
  figure.bootstrap = bootstrap_of(values_);
  return figure;
}

double WindowSamples::common_median(Part part) const {
  std::vector<double> all;
  for (const WindowBudget& budget : budgets_)
    all.push_back(budget.common.*part);
  return median_of(std::move(all));
}

/// The median, too: a few windows that are far less sure do not move the median of all.
double WindowSamples::own_median(Part part) const {
  std::vector<double> all;
  for (const WindowBudget& budget : budgets_)
    all.push_back(budget.own.*part);
  return median_of(std::move(all));
}

}  // namespace hil::energy
