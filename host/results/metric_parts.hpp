// SPDX-License-Identifier: Apache-2.0
// Making metrics of a dataset: their fixed fields and their bootstrap intervals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/results/record.hpp"
#include "host/results/statistics.hpp"

namespace hil::results {

/// What is fixed about a metric.
struct MetricName {
  std::string name, unit;
  Better better = Better::kHigher;
};

/// An exact metric of scope "dataset".
Metric make_metric(const MetricName& name, Origin origin, double value);

/// The proportion @p correct of @p samples (not 0), higher is better, with Wilson's interval.
Metric make_proportion(const std::string& name, std::uint64_t correct, std::uint64_t samples,
                       Origin origin);

/// Appends a metric per name that has a value; @p values: one per name.
void add_values(const std::vector<MetricName>& names, Origin origin,
                const std::vector<std::optional<double>>& values, std::vector<Metric>& metrics);

/// The same with bootstrap intervals over @p units: @p values gives the values for weights, which
/// are empty for every unit once.
void add_with_intervals(const std::vector<MetricName>& names, Origin origin, std::size_t units,
                        const std::function<std::vector<std::optional<double>>(Weights)>& values,
                        std::vector<Metric>& metrics);

}  // namespace hil::results
