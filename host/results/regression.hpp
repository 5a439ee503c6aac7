// SPDX-License-Identifier: Apache-2.0
// Metrics of a regression: how far the model's numbers are from the targets.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/results/record.hpp"

namespace hil::results {

/// A row of @p width targets and of as many predictions per sample, in the targets' unit.
struct RegressionPairs {
  std::size_t width = 0;
  std::vector<double> targets, predictions;

  [[nodiscard]] std::size_t size() const { return width == 0 ? 0 : targets.size() / width; }
};

/// Adds a sample; the first one sets the width.
///   kModel  a prediction is not finite
///   kUser   a target is not finite, or there are not as many targets as predictions or as before
Status add_pair(RegressionPairs& pairs, std::span<const float> targets,
                std::span<const double> predictions);

/// Only the samples named by @p indices, in that order.
RegressionPairs selected(const RegressionPairs& pairs, std::span<const std::size_t> indices);

/// In this order: `mae` and `rmse` over all values of all samples, and `r2`, the share of the
/// targets' variance that is predicted: 1 is perfect, 0 what the mean target would reach, and it
/// has no lower bound. With several targets per sample r2 is the mean over those that vary; it is
/// left out where none does (a single sample has no variance). Each with a bootstrap interval over
/// samples. Without samples there is no metric.
/// Source of r2: N. R. Draper and H. Smith, Applied Regression Analysis (1998), section 1.3.
std::vector<Metric> regression_metrics(const RegressionPairs& pairs, Origin origin);

/// `mae` alone, for slices; nothing without samples.
std::optional<Metric> mae_of(const RegressionPairs& pairs, Origin origin);

}  // namespace hil::results
