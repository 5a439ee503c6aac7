// SPDX-License-Identifier: Apache-2.0
// Reconstruction errors and how well they tell anomalies.
#include "host/results/anomaly.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "host/results/metric_parts.hpp"
#include "host/results/ranking.hpp"

namespace hil::results {
namespace {

const MetricName kMse{"mse", "input unit^2", Better::kLower};
const MetricName kAuc{"auc", "fraction", Better::kHigher};
const MetricName kPrAuc{"pr_auc", "fraction", Better::kHigher};

std::optional<Ranking> ranking_of(const AnomalyScores& scores) {
  if (scores.labels.size() != scores.errors.size()) return std::nullopt;
  std::vector<bool> anomaly;
  for (const std::uint32_t label : scores.labels)
    anomaly.push_back(label == 1);
  auto ranking = Ranking::make(scores.errors, anomaly);
  if (!ranking || !ranking->roc_auc()) return std::nullopt;  // all of one kind
  return *std::move(ranking);
}

std::optional<double> mean_error(const AnomalyScores& scores, Weights weights) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    sum += weight * scores.errors[i];
    count += weight;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

}  // namespace

Result<double> mean_square_error(std::span<const double> input, std::span<const double> output) {
  if (input.size() != output.size() || input.empty()) {
    return Error{
        Blame::kModel,
        fmt::format("an output of {} values for an input of {}", output.size(), input.size()),
        "an autoencoder gives as many values as it takes; choose another --metric"};
  }
  double sum = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!std::isfinite(output[i])) {
      return Error{Blame::kModel, fmt::format("output value {} is not a finite number", i),
                   "the model overflows on this sample"};
    }
    const double off = output[i] - input[i];
    sum += off * off;
  }
  return sum / static_cast<double>(input.size());
}

Status add_file(AnomalyScores& scores, std::optional<std::uint32_t> label,
                std::span<const double> windows) {
  if (windows.empty())
    return Error{Blame::kUser, "a file has no window", "give files of at least one window"};
  if (label && *label > 1) {
    return Error{Blame::kUser,
                 fmt::format("a file is of class {}, but for an autoencoder 0 is normal and 1 an "
                             "anomaly",
                             *label),
                 "correct the labels, or choose another --metric"};
  }
  if (label) scores.labels.push_back(*label);
  const double sum = std::accumulate(windows.begin(), windows.end(), 0.0);
  scores.errors.push_back(sum / static_cast<double>(windows.size()));
  return {};
}

AnomalyScores selected(const AnomalyScores& scores, std::span<const std::size_t> indices) {
  AnomalyScores some;
  for (const std::size_t index : indices) {
    if (!scores.labels.empty()) some.labels.push_back(scores.labels[index]);
    some.errors.push_back(scores.errors[index]);
  }
  return some;
}

std::vector<Metric> anomaly_metrics(const AnomalyScores& scores, Origin origin) {
  std::vector<Metric> metrics;
  const std::optional<Ranking> ranking = ranking_of(scores);
  const auto values = [&](Weights weights) -> std::vector<std::optional<double>> {
    const auto mse = mean_error(scores, weights);
    if (!ranking) return {mse, std::nullopt, std::nullopt};
    return {mse, ranking->roc_auc(weights), ranking->average_precision(weights)};
  };
  add_with_intervals({kMse, kAuc, kPrAuc}, origin, scores.size(), values, metrics);
  return metrics;
}

std::optional<Metric> auc_or_mse_of(const AnomalyScores& scores, Origin origin) {
  if (const auto ranking = ranking_of(scores)) {
    return make_metric(kAuc, origin, *ranking->roc_auc());
  }
  const auto mse = mean_error(scores, {});
  if (!mse) return std::nullopt;
  return make_metric(kMse, origin, *mse);
}

}  // namespace hil::results
