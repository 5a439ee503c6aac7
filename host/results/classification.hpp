// SPDX-License-Identifier: Apache-2.0
// Metrics of classification, computed from a model's outputs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/element_type.hpp"
#include "host/results/record.hpp"

namespace hil::results {

/// Index of the largest of the raw (not dequantised) values of one output tensor; of equal values
/// the lowest index. Quantisation does not change the order, so no scale is needed.
///   kModel  a float value is not a number
///   kBug    @p output is empty or no whole number of elements
Result<std::uint32_t> argmax(std::span<const std::uint8_t> output, data::ElementType type);

/// Counts without a sample yet; @p label_names is empty or has one name per class.
Classification make_classification(std::uint32_t class_count, std::vector<std::string> label_names);

/// Counts one sample of class @p label that the model took for @p predicted.
///   kUser  one of them is not a class of the dataset: dataset and model do not belong together
Status add_sample(Classification& classification, std::uint32_t label, std::uint32_t predicted);

/// Counts of one class, or of all.
struct ClassCounts {
  std::uint64_t samples = 0;    ///< that are of this class
  std::uint64_t predicted = 0;  ///< that were taken for this class
  std::uint64_t correct = 0;    ///< both

  /// Share of this class that was found, correct / samples; nothing without samples.
  [[nodiscard]] std::optional<double> recall() const;
  /// Share of right ones among those taken for this class; nothing if there are none.
  [[nodiscard]] std::optional<double> precision() const;
  /// Harmonic mean of both, 2 correct / (samples + predicted), so 0 if only one of them is
  /// defined; nothing if neither is.
  [[nodiscard]] std::optional<double> f1() const;
};
std::vector<ClassCounts> class_counts(const Classification& classification);
ClassCounts total_counts(const Classification& classification);

/// One cell beside the diagonal of the confusion matrix.
struct Confusion {
  std::uint32_t label = 0;
  std::uint32_t predicted = 0;
  std::uint64_t count = 0;
};
/// The @p limit largest, largest first, then by label and predicted class; none that are 0.
std::vector<Confusion> largest_confusions(const Classification& classification, std::size_t limit);

/// Name of class @p index: its label name, or the index as text.
std::string label_of(const Classification& classification, std::size_t index);

/// Score interval of Wilson at 95 % for @p correct of @p samples; 0 to 1 without samples.
/// Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
Interval wilson_interval(std::uint64_t correct, std::uint64_t samples);

/// The metric `top1`: correct samples as a fraction of all; nothing without samples.
std::optional<Metric> top1_metric(const Classification& classification, Origin origin);

}  // namespace hil::results
