// SPDX-License-Identifier: Apache-2.0
// Order statistics, outliers and the bootstrap.
#include "host/results/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace hil::results {
namespace {

constexpr double kLevel = 0.95;
constexpr std::size_t kResamples = 1000;
constexpr std::uint64_t kSeed = 20'260'101;  // any number; changing it changes stored intervals

std::vector<double> sorted_copy(std::span<const double> samples) {
  std::vector<double> sorted(samples.begin(), samples.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

/// Probability that exactly @p k of @p n samples lie below the median.
double binomial_half(std::size_t n, std::size_t k) {
  const auto total = static_cast<double>(n);
  const auto part = static_cast<double>(k);
  return std::exp(std::lgamma(total + 1) - std::lgamma(part + 1) - std::lgamma(total - part + 1) -
                  total * std::log(2.0));
}

/// Depth d of a pair of order statistics (d from below, d from above) with its level.
struct Pair {
  std::size_t depth = 1;
  double level = 0;  ///< probability that the median lies between them
  double inner = 0;  ///< the same for depth + 1
};

/// The deepest pair that still has kLevel; depth 1 if none has.
Pair find_pair(std::size_t n) {
  Pair pair;
  double tail = binomial_half(n, 0);
  pair.level = 1 - 2 * tail;
  while (2 * (pair.depth + 1) <= n) {
    tail += binomial_half(n, pair.depth);
    pair.inner = 1 - 2 * tail;
    if (pair.inner < kLevel) break;
    pair.level = pair.inner;
    ++pair.depth;
  }
  return pair;
}

/// Share of the inner pair in the interpolated one; equation of Hettmansperger and Sheather.
double inner_share(std::size_t n, const Pair& pair) {
  const double step = (pair.level - kLevel) / (pair.level - pair.inner);
  const auto depth = static_cast<double>(pair.depth);
  const auto total = static_cast<double>(n);
  return (total - depth) * step / (depth + (total - 2 * depth) * step);
}

/// Mean and standard deviation in two passes, each scaled so that no sum overflows.
void fill_moments(std::span<const double> sorted, SampleStatistics& statistics) {
  const auto n = static_cast<double>(sorted.size());
  double mean = 0;
  for (const double value : sorted)
    mean += value / n;
  // Rounding must not leave the range that the samples span.
  statistics.mean = std::clamp(mean, sorted.front(), sorted.back());
  if (sorted.size() < 2) return;
  double square = 0;
  for (const double value : sorted)
    square = std::hypot(square, value - statistics.mean);
  statistics.standard_deviation = square / std::sqrt(n - 1);
}

/// Draws as many of the units as there are, with replacement.
void resample(std::mt19937_64& random, std::vector<std::uint32_t>& weights) {
  std::fill(weights.begin(), weights.end(), 0U);
  const std::uint64_t units = weights.size();
  for (std::uint64_t i = 0; i < units; ++i) {
    // Not std::uniform_int_distribution, whose numbers differ between libraries. The bias of
    // scaling 32 random bits is below units / 2^32.
    ++weights[((random() >> 32) * units) >> 32];
  }
}

std::optional<Interval> percentile_interval(std::vector<double> values) {
  if (values.size() < kResamples - kResamples / 10) return std::nullopt;
  std::sort(values.begin(), values.end());
  return Interval{quantile(values, (1 - kLevel) / 2), quantile(values, (1 + kLevel) / 2), kLevel,
                  "bootstrap"};
}

}  // namespace

double quantile(std::span<const double> sorted, double q) {
  const double rank = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double share = rank - static_cast<double>(below);
  return std::lerp(sorted[below], sorted[below + 1], share);
}

std::optional<Interval> median_interval(std::span<const double> sorted) {
  const std::size_t n = sorted.size();
  if (n < 2) return std::nullopt;
  const Pair pair = find_pair(n);
  Interval interval{sorted[pair.depth - 1], sorted[n - pair.depth], kLevel, "order-statistics"};
  if (pair.level < kLevel) {
    interval.level = pair.level;
    return interval;
  }
  const double share = inner_share(n, pair);
  interval.low = std::lerp(interval.low, sorted[pair.depth], share);
  interval.high = std::lerp(interval.high, sorted[n - pair.depth - 1], share);
  return interval;
}

Outliers find_outliers(std::span<const double> samples) {
  Outliers outliers;
  if (samples.empty()) return outliers;
  const std::vector<double> sorted = sorted_copy(samples);
  const double low = quantile(sorted, 0.25);
  const double high = quantile(sorted, 0.75);
  const double distance = high - low;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double below = low - samples[i];
    const double above = samples[i] - high;
    std::uint64_t* count = nullptr;
    if (below > 1.5 * distance) {
      count = below > 3 * distance ? &outliers.low_severe : &outliers.low_mild;
    } else if (above > 1.5 * distance) {
      count = above > 3 * distance ? &outliers.high_severe : &outliers.high_mild;
    }
    if (count == nullptr) continue;
    ++*count;
    outliers.indices.push_back(i);
  }
  return outliers;
}

Result<Distribution> describe(std::span<const double> samples) {
  if (samples.empty()) return Error{Blame::kBug, "statistics of no samples were asked for", ""};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (std::isfinite(samples[i])) continue;
    return Error{Blame::kBug, fmt::format("sample {} of {} is not finite", i, samples.size()), ""};
  }
  const std::vector<double> sorted = sorted_copy(samples);
  Distribution distribution;
  distribution.median = quantile(sorted, 0.5);
  distribution.interval = median_interval(sorted);
  SampleStatistics& statistics = distribution.statistics;
  statistics.count = sorted.size();
  statistics.min = sorted.front();
  statistics.max = sorted.back();
  statistics.p95 = quantile(sorted, 0.95);
  statistics.p99 = quantile(sorted, 0.99);
  fill_moments(sorted, statistics);
  statistics.outliers = find_outliers(samples);
  return distribution;
}

std::vector<std::optional<Interval>> bootstrap_intervals(
    std::size_t units, std::size_t count,
    const std::function<std::vector<std::optional<double>>(Weights)>& statistics) {
  std::vector<std::optional<Interval>> intervals(count);
  if (units < 2) return intervals;
  std::mt19937_64 random(kSeed);
  std::vector<std::uint32_t> weights(units);
  std::vector<std::vector<double>> values(count);
  for (std::size_t i = 0; i < kResamples; ++i) {
    resample(random, weights);
    const std::vector<std::optional<double>> found = statistics(weights);
    for (std::size_t k = 0; k < count; ++k) {
      if (found[k] && std::isfinite(*found[k])) values[k].push_back(*found[k]);
    }
  }
  for (std::size_t k = 0; k < count; ++k)
    intervals[k] = percentile_interval(std::move(values[k]));
  return intervals;
}

std::optional<Interval> bootstrap_interval(
    std::size_t units, const std::function<std::optional<double>(Weights)>& statistic) {
  return bootstrap_intervals(units, 1,
                             [&](Weights weights) {
                               return std::vector<std::optional<double>>{statistic(weights)};
                             })
      .front();
}

Result<Metric> with_samples(Metric metric, std::vector<double> samples) {
  HIL_ASSIGN(Distribution distribution, describe(samples));
  metric.kind = MetricKind::kNoisy;
  metric.value = distribution.median;
  metric.samples = std::move(samples);
  metric.interval = std::move(distribution.interval);
  metric.statistics = std::move(distribution.statistics);
  if (metric.interval && metric.interval->level == kLevel) {
    constexpr double kZ = 1.959963984540054;  // 97.5 % quantile of the normal distribution
    metric.uncertainty = (metric.interval->high - metric.interval->low) / (2 * kZ);
  }
  return metric;
}

}  // namespace hil::results
