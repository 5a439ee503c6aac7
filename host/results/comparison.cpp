// SPDX-License-Identifier: Apache-2.0
// Comparing the numbers of two records; their conditions are in comparison_conditions.cpp.
#include "host/results/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "host/results/comparison_conditions.hpp"
#include "host/results/energy_comparison.hpp"

namespace hil::results {
namespace {

constexpr double kLevel = 0.95;
constexpr double kLevelTolerance = 1e-9;  ///< 0.95 may have gone through text
constexpr double kZ = 1.959963984540054;  ///< 97.5 % quantile of the normal distribution

/// Whether another run gives the same number: neither an estimate with an interval nor one reading
/// of a clock, whatever its kind says.
bool is_exact(const Metric& metric) {
  if (metric.interval || metric.kind == MetricKind::kQuantised) return !metric.interval;
  const bool time = metric.unit == "us" || metric.unit == "ms" || metric.unit == "s";
  return metric.kind == MetricKind::kExact && !(time && metric.origin == Origin::kMeasured);
}

/// Whether the number is a deviation from 0, which is not better for being lower and has no ratio.
bool is_deviation(const Metric& metric) {
  return metric.unit == "ppm";
}

std::optional<Better> better_of(const Metric& metric) {
  return is_deviation(metric) ? std::nullopt : std::optional(metric.better);
}

/// The interval that decides: one of 95 % or more with its ends in order.
bool decides(const std::optional<Interval>& interval) {
  return interval && interval->level >= kLevel - kLevelTolerance && std::isfinite(interval->low) &&
         std::isfinite(interval->high) && interval->low <= interval->high;
}

Finding finding_of(const ComparedValue& a, const ComparedValue& b, bool exact,
                   std::optional<Better> better) {
  if (exact) {
    if (a.value == b.value) return Finding::kEqual;
  } else {
    if (!decides(a.interval) || !decides(b.interval)) return Finding::kUnclear;
    const bool apart = a.interval->high < b.interval->low || b.interval->high < a.interval->low;
    if (!apart) return Finding::kNoDifference;
  }
  if (!better) return Finding::kDiffers;
  const bool lower = exact ? b.value < a.value : b.interval->high < a.interval->low;
  return lower == (*better == Better::kLower) ? Finding::kBetter : Finding::kWorse;
}

ComparedValue side_of(const Metric& metric) {
  ComparedValue side{metric.value, metric.interval};
  if (!side.interval && metric.uncertainty && !is_exact(metric)) {
    const double half = kZ * *metric.uncertainty;
    side.interval = Interval{metric.value - half, metric.value + half, kLevel, "uncertainty"};
  }
  return side;
}

/// Metrics by what they are about; those about the same keep their order.
using Key = std::tuple<std::string, std::string, std::string>;
using Metrics = std::multimap<Key, const Metric*>;

Key key_of(const Metric& metric) {
  return {metric.name, metric.scope, metric.unit};
}

/// Takes the first metric that is about the same as @p wanted out of @p metrics.
const Metric* take_match(const Metric& wanted, Metrics& metrics) {
  const Key key = key_of(wanted);
  const auto match = metrics.lower_bound(key);
  if (match == metrics.end() || match->first != key) return nullptr;
  const Metric* metric = match->second;
  metrics.erase(match);
  return metric;
}

std::optional<ComparedValue> side_if(const Metric* metric) {
  return metric == nullptr ? std::nullopt : std::optional(side_of(*metric));
}

void add_metric(Comparison& comparison, const Metric* a, const Metric* b) {
  const Metric& any = a != nullptr ? *a : *b;
  const bool exact = (a == nullptr || is_exact(*a)) && (b == nullptr || is_exact(*b));
  const bool same_aim = a == nullptr || b == nullptr || a->better == b->better;
  comparison.metrics.push_back(
      {any.name, any.unit, any.scope,
       compare_numbers(side_if(a), side_if(b), exact, same_aim ? better_of(any) : std::nullopt)});
  if (is_deviation(any)) comparison.metrics.back().number.ratio.reset();
  if (a != nullptr && b != nullptr) add_origin_difference(*a, *b, comparison.differences);
}

void compare_metrics(const Record& a, const Record& b, Comparison& comparison) {
  Metrics left;
  for (const Metric& metric : b.metrics)
    left.emplace(key_of(metric), &metric);
  for (const Metric& metric : a.metrics)
    add_metric(comparison, &metric, take_match(metric, left));
  std::set<const Metric*> alone;
  for (const auto& [key, metric] : left)
    alone.insert(metric);
  for (const Metric& metric : b.metrics) {
    if (alone.count(&metric) > 0) add_metric(comparison, nullptr, &metric);
  }
}

double sum_of(const OperatorTable& table) {
  double sum = 0;
  for (const OperatorTime& row : table.rows)
    sum += row.time;
  return sum;
}

/// Rows in the order of their layers; several of one layer stay in order.
std::vector<const OperatorTime*> by_layer(const OperatorTable& table) {
  std::vector<const OperatorTime*> rows;
  for (const OperatorTime& row : table.rows)
    rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const OperatorTime* x, const OperatorTime* y) {
    return x->layer < y->layer;
  });
  return rows;
}

/// One row; a side without the operator is null.
ComparedOperator compare_operator(const OperatorTime* a, const OperatorTime* b) {
  ComparedOperator row;
  std::optional<ComparedValue> side_a;
  std::optional<ComparedValue> side_b;
  if (b != nullptr) {
    row = {b->layer, "", b->op, b->output, {}};
    side_b = ComparedValue{b->time, b->interval};
  }
  if (a != nullptr) {
    row = {a->layer, a->op, row.op_b, a->output, {}};
    side_a = ComparedValue{a->time, a->interval};
  }
  row.time = compare_numbers(std::move(side_a), std::move(side_b), false, Better::kLower);
  return row;
}

ComparedOperators compare_operators(const OperatorTable& a, const OperatorTable& b) {
  const auto rows_a = by_layer(a);
  const auto rows_b = by_layer(b);
  ComparedOperators compared;
  compared.unit = a.unit;
  for (std::size_t i = 0, j = 0; i < rows_a.size() || j < rows_b.size();) {
    const OperatorTime* row_a = i < rows_a.size() ? rows_a[i] : nullptr;
    const OperatorTime* row_b = j < rows_b.size() ? rows_b[j] : nullptr;
    if (row_a != nullptr && row_b != nullptr && row_a->layer != row_b->layer) {
      (row_a->layer < row_b->layer ? row_b : row_a) = nullptr;  // its turn comes later
    }
    compared.rows.push_back(compare_operator(row_a, row_b));
    i += row_a != nullptr ? 1 : 0;
    j += row_b != nullptr ? 1 : 0;
  }
  const auto bare = [](double value) { return ComparedValue{value, std::nullopt}; };
  compared.sum = compare_numbers(bare(sum_of(a)), bare(sum_of(b)), false, Better::kLower);
  compared.total = compare_numbers(bare(a.total), bare(b.total), false, Better::kLower);
  return compared;
}

}  // namespace

bool Comparison::comparable() const {
  return std::none_of(differences.begin(), differences.end(),
                      [](const FieldDifference& difference) { return difference.must_agree; });
}

ComparedNumber compare_numbers(std::optional<ComparedValue> a, std::optional<ComparedValue> b,
                               bool exact, std::optional<Better> better) {
  ComparedNumber number{std::move(a), std::move(b), {}, {}, Finding::kUnclear};
  if (!number.a || !number.b) return number;
  const double from = number.a->value;
  const double to = number.b->value;
  if (!std::isfinite(from) || !std::isfinite(to)) return number;
  if (std::isfinite(to - from)) number.difference = to - from;
  if (from > 0 && to >= 0 && std::isfinite(to / from)) number.ratio = to / from;
  number.finding = finding_of(*number.a, *number.b, exact, better);
  return number;
}

Comparison compare(const Record& a, const Record& b) {
  Comparison comparison;
  comparison.differences = condition_differences(a, b);
  compare_metrics(a, b, comparison);
  if (a.energy && b.energy) judge_energy(*a.energy, *b.energy, comparison);
  if (a.operators && b.operators && a.operators->unit == b.operators->unit) {
    comparison.operators = compare_operators(*a.operators, *b.operators);
  }
  return comparison;
}

}  // namespace hil::results
