// SPDX-License-Identifier: Apache-2.0
// Error sums of a regression.
#include "host/results/regression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "host/results/metric_parts.hpp"

namespace hil::results {
namespace {

const MetricName kMae{"mae", "target unit", Better::kLower};
const MetricName kRmse{"rmse", "target unit", Better::kLower};
const MetricName kR2{"r2", "fraction", Better::kHigher};

double weight_of(Weights weights, std::size_t sample) {
  return weights.empty() ? 1 : weights[sample];
}

/// r2 of one column of targets; nothing if it does not vary.
std::optional<double> r2_of(const RegressionPairs& pairs, std::size_t column, Weights weights) {
  double count = 0;
  double mean = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double weight = weight_of(weights, i);
    if (weight == 0) continue;
    count += weight;
    mean += (pairs.targets[i * pairs.width + column] - mean) * weight / count;
  }
  double variance = 0;
  double error = 0;
  bool varies = false;
  std::optional<double> first;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double weight = weight_of(weights, i);
    if (weight == 0) continue;
    const double target = pairs.targets[i * pairs.width + column];
    const double off = target - pairs.predictions[i * pairs.width + column];
    varies = varies || (first && *first != target);
    if (!first) first = target;
    variance += weight * (target - mean) * (target - mean);
    error += weight * off * off;
  }
  if (!varies || variance == 0) return std::nullopt;
  return 1 - error / variance;
}

std::optional<double> mean_r2(const RegressionPairs& pairs, Weights weights) {
  double sum = 0;
  double columns = 0;
  for (std::size_t column = 0; column < pairs.width; ++column) {
    const auto r2 = r2_of(pairs, column, weights);
    if (!r2) continue;
    sum += *r2;
    ++columns;
  }
  if (columns == 0) return std::nullopt;
  return sum / columns;
}

/// mae, rmse and r2.
std::vector<std::optional<double>> values_of(const RegressionPairs& pairs, Weights weights) {
  double absolute = 0;
  double square = 0;
  double count = 0;
  for (std::size_t i = 0; i < pairs.targets.size(); ++i) {
    const double weight = weight_of(weights, i / pairs.width);
    const double off = pairs.predictions[i] - pairs.targets[i];
    absolute += weight * std::abs(off);
    square += weight * off * off;
    count += weight;
  }
  if (count == 0) return {std::nullopt, std::nullopt, std::nullopt};
  return {absolute / count, std::sqrt(square / count), mean_r2(pairs, weights)};
}

template <class Value>
std::optional<std::size_t> find_not_finite(std::span<const Value> values) {
  const auto found =
      std::find_if(values.begin(), values.end(), [](Value value) { return !std::isfinite(value); });
  if (found == values.end()) return std::nullopt;
  return static_cast<std::size_t>(found - values.begin());
}

}  // namespace

Status add_pair(RegressionPairs& pairs, std::span<const float> targets,
                std::span<const double> predictions) {
  const std::size_t width = pairs.targets.empty() ? targets.size() : pairs.width;
  if (targets.empty() || targets.size() != predictions.size() || targets.size() != width) {
    return Error{Blame::kUser,
                 fmt::format("the dataset has {} targets for an output of {} values",
                             targets.size(), predictions.size()),
                 "use the dataset that belongs to the model, or another --metric"};
  }
  if (const auto index = find_not_finite(targets)) {
    return Error{Blame::kUser, fmt::format("target {} is not a finite number", *index),
                 "correct it in the dataset"};
  }
  if (const auto index = find_not_finite(predictions)) {
    return Error{Blame::kModel, fmt::format("output value {} is not a finite number", *index),
                 "the model overflows on this sample"};
  }
  pairs.width = width;
  pairs.targets.insert(pairs.targets.end(), targets.begin(), targets.end());
  pairs.predictions.insert(pairs.predictions.end(), predictions.begin(), predictions.end());
  return {};
}

RegressionPairs selected(const RegressionPairs& pairs, std::span<const std::size_t> indices) {
  RegressionPairs some;
  some.width = pairs.width;
  for (const std::size_t index : indices) {
    for (std::size_t i = index * pairs.width; i < (index + 1) * pairs.width; ++i) {
      some.targets.push_back(pairs.targets[i]);
      some.predictions.push_back(pairs.predictions[i]);
    }
  }
  return some;
}

std::vector<Metric> regression_metrics(const RegressionPairs& pairs, Origin origin) {
  std::vector<Metric> metrics;
  add_with_intervals(
      {kMae, kRmse, kR2}, origin, pairs.size(),
      [&](Weights weights) { return values_of(pairs, weights); }, metrics);
  return metrics;
}

std::optional<Metric> mae_of(const RegressionPairs& pairs, Origin origin) {
  const std::optional<double> mae = values_of(pairs, {}).front();
  if (!mae) return std::nullopt;
  return make_metric(kMae, origin, *mae);
}

}  // namespace hil::results
