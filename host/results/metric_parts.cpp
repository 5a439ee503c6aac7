// SPDX-License-Identifier: Apache-2.0
// Metrics of a dataset from values.
#include "host/results/metric_parts.hpp"

#include "host/results/classification.hpp"

namespace hil::results {

Metric make_metric(const MetricName& name, Origin origin, double value) {
  Metric metric;
  metric.name = name.name;
  metric.unit = name.unit;
  metric.better = name.better;
  metric.origin = origin;
  metric.scope = "dataset";
  metric.value = value;
  return metric;
}

Metric make_proportion(const std::string& name, std::uint64_t correct, std::uint64_t samples,
                       Origin origin) {
  Metric metric = make_metric({name, "fraction", Better::kHigher}, origin,
                              static_cast<double>(correct) / static_cast<double>(samples));
  metric.kind = MetricKind::kProportion;
  metric.interval = wilson_interval(correct, samples);
  return metric;
}

void add_values(const std::vector<MetricName>& names, Origin origin,
                const std::vector<std::optional<double>>& values, std::vector<Metric>& metrics) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (values[i]) metrics.push_back(make_metric(names[i], origin, *values[i]));
  }
}

void add_with_intervals(const std::vector<MetricName>& names, Origin origin, std::size_t units,
                        const std::function<std::vector<std::optional<double>>(Weights)>& values,
                        std::vector<Metric>& metrics) {
  const std::vector<std::optional<double>> whole = values({});
  const auto intervals = bootstrap_intervals(units, names.size(), values);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!whole[i]) continue;
    Metric metric = make_metric(names[i], origin, *whole[i]);
    metric.interval = intervals[i];
    metrics.push_back(std::move(metric));
  }
}

}  // namespace hil::results
