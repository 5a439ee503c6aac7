// SPDX-License-Identifier: Apache-2.0
// Slices of a run.
#include "host/results/slices.hpp"

#include <algorithm>
#include <map>

namespace hil::results {
namespace {

using Group = std::pair<std::string, std::vector<std::size_t>>;

/// Values of one column with their samples, by value.
std::vector<Group> groups_of(std::size_t column,
                             const std::vector<std::vector<std::string>>& rows) {
  std::map<std::string, std::vector<std::size_t>> by_value;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    by_value[column < rows[i].size() ? rows[i][column] : std::string()].push_back(i);
  }
  std::vector<Group> groups(by_value.begin(), by_value.end());
  if (groups.size() <= kMostSlices) return groups;
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.second.size() > b.second.size();
  });
  groups.resize(kMostSlices);
  std::sort(groups.begin(), groups.end());
  return groups;
}

}  // namespace

std::vector<Slice> make_slices(
    const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows,
    const std::function<std::optional<Metric>(std::span<const std::size_t>)>& metric) {
  std::vector<Slice> slices;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    for (const auto& [value, indices] : groups_of(column, rows)) {
      Slice& slice = slices.emplace_back(Slice{columns[column], value, indices.size(), {}});
      if (auto found = metric(indices)) slice.metrics.push_back(*std::move(found));
    }
  }
  return slices;
}

}  // namespace hil::results
