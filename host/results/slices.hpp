// SPDX-License-Identifier: Apache-2.0
// Grouping samples by the extra columns of a dataset's manifest.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/results/record.hpp"

namespace hil::results {

/// Values per column that get a slice: a column with a value of its own per sample is no grouping.
inline constexpr std::size_t kMostSlices = 100;

/// Slices of @p rows, which have a value per name in @p columns (a missing one counts as empty):
/// by column in order, then by value as text. Of a column with more than kMostSlices values the
/// ones with the most samples. @p metric computes what is to be known of the samples named by the
/// indices, which is never an empty list.
std::vector<Slice> make_slices(
    const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows,
    const std::function<std::optional<Metric>(std::span<const std::size_t>)>& metric);

}  // namespace hil::results
