// SPDX-License-Identifier: Apache-2.0
// Metrics of a classifier from its scores.
#include "host/results/class_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/results/classification.hpp"
#include "host/results/metric_parts.hpp"
#include "host/results/ranking.hpp"
#include "host/results/statistics.hpp"

namespace hil::results {
namespace {

/// samples x classes up to which areas have a bootstrap interval: a few seconds of work.
constexpr std::uint64_t kMostCells = 1'000'000;

/// Labels and answers, from which all averages follow.
struct Answers {
  std::uint32_t class_count = 0;
  std::vector<std::uint32_t> labels, predicted;
};

Answers answers_of(const ClassScores& scores) {
  Answers answers{scores.class_count, scores.labels, {}};
  for (std::size_t i = 0; i < scores.size(); ++i)
    answers.predicted.push_back(predicted_class(scores, i));
  return answers;
}

std::vector<ClassCounts> count(const Answers& answers, Weights weights) {
  std::vector<ClassCounts> counts(answers.class_count);
  for (std::size_t i = 0; i < answers.labels.size(); ++i) {
    const std::uint32_t weight = weights.empty() ? 1 : weights[i];
    counts[answers.labels[i]].samples += weight;
    counts[answers.predicted[i]].predicted += weight;
    if (answers.labels[i] == answers.predicted[i]) counts[answers.labels[i]].correct += weight;
  }
  return counts;
}

std::optional<ClassAverages> averages(const std::vector<ClassCounts>& counts) {
  ClassAverages sum;
  double classes = 0;
  double samples = 0;
  for (const ClassCounts& one : counts) {
    if (one.samples == 0 && one.predicted == 0) continue;
    const double precision = one.precision().value_or(0);
    const double f1 = one.f1().value_or(0);
    const auto weight = static_cast<double>(one.samples);
    sum.precision_macro += precision;
    sum.recall_macro += one.recall().value_or(0);
    sum.f1_macro += f1;
    sum.precision_weighted += weight * precision;
    sum.f1_weighted += weight * f1;
    ++classes;
    samples += weight;
  }
  if (samples == 0) return std::nullopt;
  return ClassAverages{sum.precision_macro / classes, sum.recall_macro / classes,
                       sum.f1_macro / classes, sum.precision_weighted / samples,
                       sum.f1_weighted / samples};
}

void add_averages(const ClassScores& scores, Origin origin, std::vector<Metric>& metrics) {
  const Answers answers = answers_of(scores);
  const auto values = [&](Weights weights) -> std::vector<std::optional<double>> {
    const auto found = averages(count(answers, weights));
    if (!found) return std::vector<std::optional<double>>(5);
    return {found->precision_macro, found->recall_macro, found->f1_macro, found->precision_weighted,
            found->f1_weighted};
  };
  add_with_intervals({{"precision_macro", "fraction", Better::kHigher},
                      {"recall_macro", "fraction", Better::kHigher},
                      {"f1_macro", "fraction", Better::kHigher},
                      {"precision_weighted", "fraction", Better::kHigher},
                      {"f1_weighted", "fraction", Better::kHigher}},
                     origin, scores.size(), values, metrics);
}

/// Class @p positive against the rest.
Result<Ranking> ranking_of(const ClassScores& scores, std::uint32_t positive) {
  std::vector<double> values(scores.size());
  std::vector<bool> is_positive(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    values[i] = scores.row(i)[positive];
    is_positive[i] = scores.labels[i] == positive;
  }
  return Ranking::make(values, is_positive);
}

/// Sums of both areas over classes.
struct Areas {
  double roc = 0, pr = 0, classes = 0;

  void add(const Ranking& ranking, Weights weights) {
    const auto roc_auc = ranking.roc_auc(weights);
    if (!roc_auc) return;  // no sample, or every sample is of this class
    roc += *roc_auc;
    pr += *ranking.average_precision(weights);
    ++classes;
  }
  [[nodiscard]] std::vector<std::optional<double>> means() const {
    if (classes == 0) return {std::nullopt, std::nullopt};
    return {roc / classes, pr / classes};
  }
};

/// Classes whose areas are averaged: the second of two, else all.
std::vector<std::uint32_t> positive_classes(const ClassScores& scores) {
  if (scores.class_count == 2) return {1};
  std::vector<std::uint32_t> classes;
  for (std::uint32_t i = 0; i < scores.class_count; ++i)
    classes.push_back(i);
  return classes;
}

void add_areas(const ClassScores& scores, Origin origin, std::vector<Metric>& metrics) {
  const bool binary = scores.class_count == 2;
  const std::vector<MetricName> names{
      {binary ? "auc" : "roc_auc_macro", "fraction", Better::kHigher},
      {binary ? "pr_auc" : "pr_auc_macro", "fraction", Better::kHigher}};
  const bool keep = scores.size() * scores.class_count <= kMostCells;
  std::vector<Ranking> rankings;
  Areas areas;
  for (const std::uint32_t positive : positive_classes(scores)) {
    auto ranking = ranking_of(scores, positive);
    if (!ranking) return;  // not reached: add_scores() has refused what is not a number
    areas.add(*ranking, {});
    if (keep) rankings.push_back(*std::move(ranking));
  }
  if (!keep) {
    add_values(names, origin, areas.means(), metrics);
    return;
  }
  const auto values = [&](Weights weights) {
    Areas resampled;
    for (const Ranking& ranking : rankings)
      resampled.add(ranking, weights);
    return resampled.means();
  };
  add_with_intervals(names, origin, scores.size(), values, metrics);
}

}  // namespace

Status add_scores(ClassScores& scores, std::uint32_t label, std::span<const double> values) {
  if (values.size() != scores.class_count) {
    return Error{
        Blame::kModel,
        fmt::format("an output of {} values for {} classes", values.size(), scores.class_count),
        "use the dataset that belongs to the model"};
  }
  if (label >= scores.class_count) {
    return Error{Blame::kUser,
                 fmt::format("a sample of class {}, but the dataset has {} classes", label,
                             scores.class_count),
                 "check that dataset and model belong together"};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) continue;
    return Error{Blame::kModel, fmt::format("output value {} is not a number", i),
                 "the model overflows on this sample"};
  }
  scores.values.insert(scores.values.end(), values.begin(), values.end());
  scores.labels.push_back(label);
  return {};
}

std::uint32_t predicted_class(const ClassScores& scores, std::size_t sample) {
  const auto row = scores.row(sample);
  return static_cast<std::uint32_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

std::uint64_t top_k_correct(const ClassScores& scores, std::uint32_t k) {
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto row = scores.row(i);
    const std::uint32_t label = scores.labels[i];
    std::uint32_t before = 0;
    for (std::uint32_t other = 0; other < scores.class_count; ++other) {
      if (row[other] > row[label] || (row[other] == row[label] && other < label)) ++before;
    }
    if (before < k) ++correct;
  }
  return correct;
}

ClassScores selected(const ClassScores& scores, std::span<const std::size_t> indices) {
  ClassScores some;
  some.class_count = scores.class_count;
  for (const std::size_t index : indices) {
    const auto row = scores.row(index);
    some.labels.push_back(scores.labels[index]);
    some.values.insert(some.values.end(), row.begin(), row.end());
  }
  return some;
}

std::optional<ClassAverages> class_averages(const ClassScores& scores) {
  return averages(count(answers_of(scores), {}));
}

std::optional<Metric> top1_of(const ClassScores& scores, Origin origin) {
  if (scores.size() == 0) return std::nullopt;
  return make_proportion("top1", top_k_correct(scores, 1), scores.size(), origin);
}

std::vector<Metric> class_metrics(const ClassScores& scores, const ClassMetricOptions& options) {
  std::vector<Metric> metrics;
  auto top1 = top1_of(scores, options.origin);
  if (!top1) return metrics;
  metrics.push_back(*std::move(top1));
  if (options.top_k > 1) {
    metrics.push_back(make_proportion(fmt::format("top{}", options.top_k),
                                      top_k_correct(scores, options.top_k), scores.size(),
                                      options.origin));
  }
  add_averages(scores, options.origin, metrics);
  add_areas(scores, options.origin, metrics);
  return metrics;
}

}  // namespace hil::results
