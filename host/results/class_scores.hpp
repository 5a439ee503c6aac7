// SPDX-License-Identifier: Apache-2.0
// What a classifier answered for every sample, and the metrics that follow from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/results/record.hpp"

namespace hil::results {

/// A row of class_count values per sample, as they lie in the output tensor (quantisation keeps
/// their order, which is all that the metrics ask for).
struct ClassScores {
  std::uint32_t class_count = 0;
  std::vector<std::uint32_t> labels;
  std::vector<double> values;  ///< labels.size() x class_count, row by row

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] std::span<const double> row(std::size_t sample) const {
    return std::span(values).subspan(sample * class_count, class_count);
  }
};

/// Adds a sample of class @p label whose output has @p values.
///   kModel  a value is not a number, or there are not class_count values
///   kUser   no such class: dataset and model do not belong together
Status add_scores(ClassScores& scores, std::uint32_t label, std::span<const double> values);

/// The class with the largest value; of equal ones the lowest, as argmax() does.
std::uint32_t predicted_class(const ClassScores& scores, std::size_t sample);

/// Samples whose label is among the @p k classes with the largest values, of equal values those
/// with the lowest index; so k = 1 counts what predicted_class() gets right.
std::uint64_t top_k_correct(const ClassScores& scores, std::uint32_t k);

/// Only the samples named by @p indices, in that order.
ClassScores selected(const ClassScores& scores, std::span<const std::size_t> indices);

/// Means over classes, each between 0 and 1. A class counts if it has samples or was answered; its
/// precision is 0 if it was never answered, its recall 0 if it has no samples, its F1 0 if it was
/// never right. Weighted ones are weighted by the classes' samples. The weighted mean of recall is
/// top1. Nothing without samples.
/// Source: M. Sokolova and G. Lapalme, Information Processing & Management 45 (2009), 427-437.
struct ClassAverages {
  double precision_macro = 0, recall_macro = 0, f1_macro = 0;
  double precision_weighted = 0, f1_weighted = 0;
};

/// What to compute of a classifier.
struct ClassMetricOptions {
  std::uint32_t top_k = 1;  ///< also topK, if above 1
  Origin origin = Origin::kMeasured;
};

/// In this order: `top1`; `topK`; `precision_macro`, `recall_macro`, `f1_macro`,
/// `precision_weighted`, `f1_weighted`; then for two classes `auc` and `pr_auc` of the value of
/// class 1 (as MLPerf Tiny takes it), for more `roc_auc_macro` and `pr_auc_macro`, means of one
/// class against the rest over the classes that have samples and are not all samples. Proportions
/// of samples have the interval of Wilson, the others a bootstrap over samples (none for the areas
/// if samples x classes is above 1,000,000: it would take too long). What is not defined, as an
/// area with samples of one class only, is left out; without samples there is no metric.
std::vector<Metric> class_metrics(const ClassScores& scores, const ClassMetricOptions& options);

/// `top1` alone, for slices; nothing without samples.
std::optional<Metric> top1_of(const ClassScores& scores, Origin origin);

/// The means over classes of @p scores, every sample once.
std::optional<ClassAverages> class_averages(const ClassScores& scores);

}  // namespace hil::results
