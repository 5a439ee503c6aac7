// SPDX-License-Identifier: Apache-2.0
// What a record's energy adds to its console report.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/results/record.hpp"

namespace hil::report {

/// Gross and net energy, and charge, per inference, each with its expanded uncertainty (k = 2) and
/// origin; then rails, phases and operators, as far as they are there. Columns from the right are
/// left out until it fits in @p width (at least 60).
std::string energy_tables(const results::Energy& energy, std::size_t width);

/// Whether a record with energy shows metric @p name in energy_tables().
bool is_energy_metric(std::string_view name);

/// Title and content of a line each: scope, uncertainty (largest part first), current, idle,
/// windows and why some do not count, alignment, supply, meter, duty, trace.
std::vector<std::pair<std::string, std::string>> energy_lines(const results::Energy& energy);

}  // namespace hil::report
