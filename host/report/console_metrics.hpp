// SPDX-License-Identifier: Apache-2.0
// The numbers of the console report: metrics, the spread of their samples, slices.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host/results/record.hpp"

namespace hil::report {

/// Name, value, unit, interval and origin of each of @p metrics; columns from the right are left
/// out until it fits in @p width. Fractions have four decimals. Empty if there are none.
std::string metric_table(const std::vector<results::Metric>& metrics, std::size_t width);

/// "latency_us, 30 samples: min 1, mean 2, ..., 2 outliers (1 high mild, 1 high severe)"; empty if
/// @p metric has no statistics.
std::string spread_text(const results::Metric& metric);

/// Samples, metric and its value per slice, worst first; of each column of the dataset the ten
/// worst, with a count of the rest. Slices without a metric come last. Empty if there are none.
std::string slice_table(const std::vector<results::Slice>& slices, std::size_t width);

}  // namespace hil::report
