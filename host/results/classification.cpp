// SPDX-License-Identifier: Apache-2.0
// Metrics of classification, computed from a model's outputs.
#include "host/results/classification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/data/values.hpp"
#include "host/results/metric_parts.hpp"

namespace hil::results {
namespace {

std::optional<double> share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Result<std::uint32_t> argmax(std::span<const std::uint8_t> output, data::ElementType type) {
  const std::size_t count = output.size() / data::size_of(type);
  if (count == 0 || output.size() % data::size_of(type) != 0) {
    return Error{Blame::kBug,
                 fmt::format("output of {} bytes as {}", output.size(), data::name_of(type)), ""};
  }
  std::size_t best = 0;
  double best_value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = data::value_at(output, type, i);
    if (std::isnan(value)) {
      return Error{Blame::kModel, fmt::format("output value {} is not a number", i),
                   "the model overflows on this sample"};
    }
    if (i == 0 || value > best_value) {
      best = i;
      best_value = value;
    }
  }
  return static_cast<std::uint32_t>(best);
}

Classification make_classification(std::uint32_t class_count,
                                   std::vector<std::string> label_names) {
  Classification classification;
  classification.label_names = std::move(label_names);
  classification.confusion.assign(class_count, std::vector<std::uint64_t>(class_count, 0));
  return classification;
}

Status add_sample(Classification& classification, std::uint32_t label, std::uint32_t predicted) {
  const std::size_t classes = classification.confusion.size();
  if (label < classes && predicted < classes) {
    ++classification.confusion[label][predicted];
    return {};
  }
  return Error{
      Blame::kUser,
      fmt::format("class {} was predicted for a sample of class {}, but the dataset has {} "
                  "classes",
                  predicted, label, classes),
      "check that dataset and model belong together"};
}

std::optional<double> ClassCounts::recall() const {
  return share(correct, samples);
}

std::optional<double> ClassCounts::precision() const {
  return share(correct, predicted);
}

std::optional<double> ClassCounts::f1() const {
  return share(2 * correct, samples + predicted);
}

std::vector<ClassCounts> class_counts(const Classification& classification) {
  const auto& confusion = classification.confusion;
  std::vector<ClassCounts> counts(confusion.size());
  for (std::size_t label = 0; label < confusion.size(); ++label) {
    counts[label].correct = confusion[label][label];
    for (std::size_t predicted = 0; predicted < confusion.size(); ++predicted) {
      counts[label].samples += confusion[label][predicted];
      counts[predicted].predicted += confusion[label][predicted];
    }
  }
  return counts;
}

ClassCounts total_counts(const Classification& classification) {
  ClassCounts total;
  for (const ClassCounts& one : class_counts(classification)) {
    total.samples += one.samples;
    total.predicted += one.predicted;
    total.correct += one.correct;
  }
  return total;
}

std::vector<Confusion> largest_confusions(const Classification& classification, std::size_t limit) {
  std::vector<Confusion> all;
  const std::size_t classes = classification.confusion.size();
  for (std::size_t label = 0; label < classes; ++label) {
    for (std::size_t predicted = 0; predicted < classes; ++predicted) {
      const std::uint64_t count = classification.confusion[label][predicted];
      if (label == predicted || count == 0) continue;
      all.push_back(
          {static_cast<std::uint32_t>(label), static_cast<std::uint32_t>(predicted), count});
    }
  }
  // Stable: equal counts stay in order of label and predicted class.
  std::stable_sort(all.begin(), all.end(),
                   [](const Confusion& a, const Confusion& b) { return a.count > b.count; });
  if (all.size() > limit) all.resize(limit);
  return all;
}

std::string label_of(const Classification& classification, std::size_t index) {
  if (index < classification.label_names.size()) return classification.label_names[index];
  return std::to_string(index);
}

Interval wilson_interval(std::uint64_t correct, std::uint64_t samples) {
  constexpr double kZ = 1.959963984540054;  // 97.5 % quantile of the normal distribution
  Interval interval{.low = 0, .high = 1, .level = 0.95, .method = "wilson"};
  if (samples == 0) return interval;
  const auto n = static_cast<double>(samples);
  const double p = static_cast<double>(correct) / n;
  const double scale = 1 / (1 + kZ * kZ / n);
  const double centre = scale * (p + kZ * kZ / (2 * n));
  const double half = scale * kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  // The exact bounds at the ends are 0 and 1; rounding may miss them by an ulp.
  interval.low = correct == 0 ? 0 : std::max(0.0, centre - half);
  interval.high = correct == samples ? 1 : std::min(1.0, centre + half);
  return interval;
}

std::optional<Metric> top1_metric(const Classification& classification, Origin origin) {
  const ClassCounts total = total_counts(classification);
  if (total.samples == 0) return std::nullopt;
  return make_proportion("top1", total.correct, total.samples, origin);
}

}  // namespace hil::results
