// SPDX-License-Identifier: Apache-2.0
// Comparing passes.
#include "host/results/model_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <iterator>
#include <numeric>
#include <span>

#include "host/results/metric_parts.hpp"
#include "host/results/slices.hpp"

namespace hil::results {
namespace {

constexpr std::array<std::array<std::size_t, 2>, 3> kPairs{
    {{kFloatHost, kInt8Host}, {kFloatHost, kInt8Device}, {kInt8Host, kInt8Device}}};

/// What differs between the values of two passes.
struct ValueDifference {
  double largest = 0, mean = 0;
  std::size_t sample = 0;  ///< the first one with the largest difference
};

class Comparison {
 public:
  Comparison(const ComparedPasses& passes, const ComparedSamples& samples, Record& record)
      : passes_(passes), samples_(samples), record_(record), found_(comparison_of(record)) {}

  void perform() {
    for (std::size_t pass = 0; pass < passes_.size(); ++pass)
      add(top1(pass, first(passes_[pass].size())));
    for (const auto& [a, b] : kPairs)
      add_pair(a, b);
    find_flips();
    add_mcnemar();
    make_all_slices();
    record_.metrics.insert(record_.metrics.begin(), std::make_move_iterator(metrics_.begin()),
                           std::make_move_iterator(metrics_.end()));
  }

 private:
  using Indices = std::vector<std::size_t>;

  static ModelComparison& comparison_of(Record& record) {
    if (!record.model_comparison) record.model_comparison.emplace();
    return *record.model_comparison;
  }
  static Indices first(std::size_t count) {
    Indices indices(count);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
  }
  [[nodiscard]] std::size_t common(std::size_t a, std::size_t b) const {
    return std::min(passes_[a].size(), passes_[b].size());
  }
  [[nodiscard]] bool right(std::size_t pass, std::size_t sample) const {
    return passes_[pass].answers[sample].predicted == samples_.labels[sample];
  }
  [[nodiscard]] bool same_class(std::size_t a, std::size_t b, std::size_t sample) const {
    return passes_[a].answers[sample].predicted == passes_[b].answers[sample].predicted;
  }
  /// An estimate is worth what the less certain of both passes is.
  [[nodiscard]] Origin origin_of(std::size_t a, std::size_t b) const {
    return std::max(passes_[a].origin, passes_[b].origin);
  }

  [[nodiscard]] std::optional<Metric> top1(std::size_t pass,
                                           std::span<const std::size_t> indices) const {
    if (indices.empty() || samples_.labels.empty()) return std::nullopt;
    const auto correct = std::count_if(indices.begin(), indices.end(),
                                       [&](std::size_t sample) { return right(pass, sample); });
    Metric metric = make_proportion("top1", static_cast<std::uint64_t>(correct), indices.size(),
                                    passes_[pass].origin);
    metric.scope = kPassNames[pass];
    return metric;
  }

  [[nodiscard]] std::optional<Metric> agreement(std::size_t a, std::size_t b,
                                                std::span<const std::size_t> indices) const {
    if (indices.empty() || samples_.labels.empty()) return std::nullopt;
    const auto same = std::count_if(indices.begin(), indices.end(),
                                    [&](std::size_t sample) { return same_class(a, b, sample); });
    Metric metric = make_proportion("agreement", static_cast<std::uint64_t>(same), indices.size(),
                                    origin_of(a, b));
    metric.scope = pair_name(a, b);
    return metric;
  }

  [[nodiscard]] ValueDifference difference(std::size_t a, std::size_t b, std::size_t count) const {
    ValueDifference found;
    const std::size_t width = passes_[a].width;
    double sum = 0;
    for (std::size_t i = 0; i < count * width; ++i) {
      const double distance = std::abs(passes_[a].values[i] - passes_[b].values[i]);
      sum += distance;
      if (distance <= found.largest) continue;
      found.largest = distance;
      found.sample = i / width;
    }
    found.mean = sum / static_cast<double>(count * width);
    return found;
  }

  void add_pair(std::size_t a, std::size_t b) {
    const std::size_t count = common(a, b);
    if (count == 0) return;
    add(agreement(a, b, first(count)));
    const ValueDifference found = difference(a, b, count);
    const auto add_value = [&](const char* name, double value) {
      Metric metric = make_metric({name, "1", Better::kLower}, origin_of(a, b), value);
      metric.scope = pair_name(a, b);
      add(std::move(metric));
    };
    add_value("output_difference_max", found.largest);
    add_value("output_difference_mean", found.mean);
    found_.pairs.push_back(
        {pair_name(a, b), count, found.largest > 0 ? samples_.name(found.sample) : ""});
  }

  void find_flips() {
    if (samples_.labels.empty()) return;
    for (std::size_t i = 0; i < common(kFloatHost, kInt8Host); ++i) {
      const bool float_right = right(kFloatHost, i);
      const bool int8_right = right(kInt8Host, i);
      if (float_right && !int8_right) ++found_.only_float_right;
      if (int8_right && !float_right) ++found_.only_int8_right;
      if (same_class(kFloatHost, kInt8Host, i)) continue;
      const Answer& by_float = passes_[kFloatHost].answers[i];
      const Answer& by_int8 = passes_[kInt8Host].answers[i];
      found_.flips.push_back({samples_.name(i), samples_.labels[i], by_float.predicted,
                              by_int8.predicted, by_float.score, by_int8.score});
    }
  }

  void add_mcnemar() {
    if (samples_.labels.empty() || common(kFloatHost, kInt8Host) == 0) return;
    Metric metric =
        make_metric({"mcnemar_p", "1", Better::kHigher}, origin_of(kFloatHost, kInt8Host),
                    mcnemar_p(found_.only_float_right, found_.only_int8_right));
    metric.scope = pair_name(kFloatHost, kInt8Host);
    add(std::move(metric));
  }

  void make_all_slices() {
    const std::size_t count = std::min(common(kFloatHost, kInt8Host), passes_[kInt8Device].size());
    if (samples_.slice_names.empty() || samples_.labels.empty() || count == 0) return;
    const std::vector<std::vector<std::string>> rows(
        samples_.slices.begin(), samples_.slices.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<std::vector<Metric>> metrics;  // of each slice, in the order they are asked for
    const auto measure = [&](std::span<const std::size_t> indices) {
      std::vector<Metric>& of_slice = metrics.emplace_back();
      for (std::size_t pass = 0; pass < passes_.size(); ++pass)
        of_slice.push_back(*top1(pass, indices));
      of_slice.push_back(*agreement(kFloatHost, kInt8Host, indices));
      return std::optional<Metric>();
    };
    record_.slices = make_slices(samples_.slice_names, rows, measure);
    for (std::size_t i = 0; i < record_.slices.size(); ++i)
      record_.slices[i].metrics = std::move(metrics[i]);
  }

  void add(std::optional<Metric> metric) {
    if (metric) metrics_.push_back(*std::move(metric));
  }

  const ComparedPasses& passes_;
  const ComparedSamples& samples_;
  Record& record_;
  ModelComparison& found_;
  std::vector<Metric> metrics_;
};

/// Whether every pass has a row of one width for each sample, and an answer where there are labels.
bool consistent(const ComparedPasses& passes, const ComparedSamples& samples) {
  for (const ComparedPass& pass : passes) {
    if (pass.width == 0 || pass.width != passes[0].width) return false;
    if (pass.values.size() % pass.width != 0) return false;
    if (!samples.slice_names.empty() && samples.slices.size() < pass.size()) return false;
    if (samples.labels.empty()) continue;
    if (pass.answers.size() != pass.size() || samples.labels.size() < pass.size()) return false;
  }
  return true;
}

}  // namespace

std::string pair_name(std::size_t first, std::size_t second) {
  return fmt::format("{}/{}", kPassNames.at(first), kPassNames.at(second));
}

double mcnemar_p(std::uint64_t only_first, std::uint64_t only_second) {
  if (only_first == only_second) return 1;
  const auto fewer = static_cast<double>(std::min(only_first, only_second));
  const auto more = static_cast<double>(std::max(only_first, only_second));
  // P(X <= fewer) of n = fewer + more draws is 1 - I(fewer + 1, more), I the regularised incomplete
  // beta function at 1/2.
  return std::min(1.0, 2 * boost::math::ibetac(fewer + 1, more, 0.5));
}

Status compare_passes(const ComparedPasses& passes, const ComparedSamples& samples,
                      Record& record) {
  if (!consistent(passes, samples)) {
    return Error{Blame::kBug, "the passes of a comparison do not fit together", ""};
  }
  Comparison(passes, samples, record).perform();
  return {};
}

}  // namespace hil::results
