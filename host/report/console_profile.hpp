// SPDX-License-Identifier: Apache-2.0
// What a profile's console report adds: operators, memory, clock and timer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/results/record.hpp"

namespace hil::report {

/// A row per operator: layer, operator, output shape, MACs, time, its share of all operators' time,
/// MACs per unit of time; then their sum, the whole inference, and what of it is in no operator.
/// All operators are shown. Columns from the right (but not the time) are left out and operators'
/// names cut until it fits in @p width (at least 60). Not ASCII only if the names are not.
std::string operator_table(const results::OperatorTable& operators, std::size_t width);

/// Whether a profile shows metric @p name in device_lines() and not in the table of metrics.
bool is_device_metric(std::string_view name);

/// Title and content of a line each for memory, loading, clock, timer and hooks, as far as
/// @p metrics has something about it. Every number has its origin.
std::vector<std::pair<std::string, std::string>> device_lines(
    const std::vector<results::Metric>& metrics);

}  // namespace hil::report
