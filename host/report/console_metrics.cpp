// SPDX-License-Identifier: Apache-2.0
// Tables of metrics and slices.
#include "host/report/console_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/report/text.hpp"
#include "host/report/words.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

constexpr std::size_t kWorstSlices = 10;

std::string value_text(const Metric& metric, double value) {
  if (metric.unit != "fraction" || !std::isfinite(value)) return number_text(value);
  return fmt::format("{:.4f}", value);
}

std::string interval_text(const Metric& metric) {
  if (!metric.interval) return "";
  return fmt::format("{} to {}", value_text(metric, metric.interval->low),
                     value_text(metric, metric.interval->high));
}

/// Whether @p a is the worse slice: further to the bad side of its metric.
bool worse(const Slice& a, const Slice& b) {
  if (a.metrics.empty() || b.metrics.empty()) return !a.metrics.empty() && b.metrics.empty();
  const bool higher = a.metrics[0].better == Better::kHigher;
  return higher ? a.metrics[0].value < b.metrics[0].value : a.metrics[0].value > b.metrics[0].value;
}

/// Slices of one column of the dataset, which are next to each other in the record.
std::vector<Slice> take_column(const std::vector<Slice>& slices, std::size_t& next) {
  std::vector<Slice> column;
  const std::string name = slices[next].column;
  for (; next < slices.size() && slices[next].column == name; ++next)
    column.push_back(slices[next]);
  std::stable_sort(column.begin(), column.end(), worse);
  return column;
}

std::string column_table(const std::vector<Slice>& column, std::size_t width) {
  const std::size_t shown = std::min(column.size(), kWorstSlices);
  std::vector<std::vector<std::string>> rows{
      {fitted(printable(column.front().column), width - 40), "samples", "metric", "value"}};
  for (std::size_t i = 0; i < shown; ++i) {
    const Slice& slice = column[i];
    const std::string name = slice.value.empty() ? "(empty)" : printable(slice.value);
    const Metric* metric = slice.metrics.empty() ? nullptr : &slice.metrics.front();
    rows.push_back({fitted(name, width - 40), grouped(slice.samples),
                    metric == nullptr ? "-" : fitted(printable(metric->name), 12),
                    metric == nullptr ? "-" : value_text(*metric, metric->value)});
  }
  std::string text = table(rows, {2});
  if (shown < column.size()) {
    text += fmt::format("  and {} more, which are better\n", grouped(column.size() - shown));
  }
  return text;
}

std::string outlier_text(const Outliers& outliers) {
  if (outliers.count() == 0) return "no outliers";
  std::string classes;
  const auto add = [&](std::uint64_t count, const char* name) {
    if (count > 0)
      classes += fmt::format("{}{} {}", classes.empty() ? "" : ", ", grouped(count), name);
  };
  add(outliers.low_severe, "low severe");
  add(outliers.low_mild, "low mild");
  add(outliers.high_mild, "high mild");
  add(outliers.high_severe, "high severe");
  return fmt::format("{} outlier{} ({})", grouped(outliers.count()),
                     outliers.count() == 1 ? "" : "s", classes);
}

}  // namespace

std::string metric_table(const std::vector<Metric>& metrics, std::size_t width) {
  if (metrics.empty()) return "";
  std::vector<std::vector<std::string>> rows{{"metric", "value", "unit", "interval", "origin"}};
  for (const Metric& metric : metrics) {
    rows.push_back({printable(metric.name), value_text(metric, metric.value),
                    printable(metric.unit), interval_text(metric),
                    std::string(word_of(metric.origin))});
  }
  std::string text = table(rows, {2, 3, 4});
  while (!fits(text, width) && rows.front().size() > 2) {
    for (std::vector<std::string>& row : rows)
      row.pop_back();
    text = table(rows, {2, 3, 4});
  }
  return text;
}

std::string spread_text(const Metric& metric) {
  if (!metric.statistics) return "";
  const SampleStatistics& spread = *metric.statistics;
  std::string text =
      fmt::format("{}, {} sample{}: min {}, mean {}, p95 {}, p99 {}, max {}", metric.name,
                  grouped(spread.count), spread.count == 1 ? "" : "s", number_text(spread.min),
                  number_text(spread.mean), number_text(spread.p95), number_text(spread.p99),
                  number_text(spread.max));
  if (spread.standard_deviation) {
    text += ", standard deviation " + number_text(*spread.standard_deviation);
  }
  return text + ", " + outlier_text(spread.outliers);
}

std::string slice_table(const std::vector<Slice>& slices, std::size_t width) {
  std::string text;
  for (std::size_t next = 0; next < slices.size();) {
    if (!text.empty()) text += "\n";
    text += column_table(take_column(slices, next), width);
  }
  return text;
}

}  // namespace hil::report
