// SPDX-License-Identifier: Apache-2.0
// Median, deviation and the two penalties.
#include "host/energy/sum/repetition.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "host/energy/sum/compensated_sum.hpp"
#include "host/results/statistics.hpp"

namespace hil::energy {
namespace {

/// Value number @p rank, from 0, of @p sorted when value i is there @p weights[i] times.
double drawn(const std::vector<double>& sorted, results::Weights weights, std::size_t rank) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    seen += weights[i];
    if (seen > rank) return sorted[i];
  }
  return sorted.back();
}

/// Of the interval that holds the true median in 95 %; see repetition_uncertainty().
double interval_uncertainty(std::vector<double> values) {
  constexpr double kNormalQuantile = 1.959963984540054;
  std::sort(values.begin(), values.end());
  const auto interval = results::median_interval(values);
  if (!interval) return 0;
  const double drawn_itself = 1 + 0.6 / static_cast<double>(values.size() - 1);
  return (interval->high - interval->low) / 2 / kNormalQuantile * drawn_itself;
}

}  // namespace

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
}

double deviation_of(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const auto count = static_cast<double>(values.size());
  CompensatedSum sum;
  for (const double value : values)
    sum.add(value);
  const double mean = sum.value() / count;
  CompensatedSum squares;
  for (const double value : values)
    squares.add((value - mean) * (value - mean));
  return std::sqrt(squares.value() / (count - 1));
}

double median_penalty(std::size_t count) {
  constexpr double kHalfPi = 1.5707963267948966;
  const auto n = static_cast<double>(std::max<std::size_t>(1, count));
  return std::sqrt(kHalfPi * n / (n + kHalfPi - 1));
}

double student_penalty(std::size_t count) {
  if (count < 2) return 1;
  if (count == 2) return 3.58;
  if (count == 3) return 1.73;
  const auto freedom = static_cast<double>(count - 1);
  return 1 + 0.95 / freedom + 0.6 / (freedom * freedom);
}

double repetition_uncertainty(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  if (values.size() >= kManyValues) return interval_uncertainty(values);
  return deviation_of(values) / std::sqrt(static_cast<double>(values.size())) *
         median_penalty(values.size()) * student_penalty(values.size());
}

std::optional<results::EnergyBootstrap> bootstrap_of(std::vector<double> values) {
  const std::size_t count = values.size();
  if (count < kManyValues) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto median = [&](results::Weights weights) -> std::optional<double> {
    const double above = drawn(values, weights, count / 2);
    if (count % 2 == 1) return above;
    const double below = drawn(values, weights, count / 2 - 1);
    return below + (above - below) / 2;
  };
  const auto interval = results::bootstrap_interval(count, median);
  if (!interval) return std::nullopt;
  return results::EnergyBootstrap{interval->low, interval->high, interval->level};
}

}  // namespace hil::energy
