// SPDX-License-Identifier: Apache-2.0
// What differs in the conditions of two records, field by field.
#pragma once

#include <vector>

#include "host/results/comparison.hpp"

namespace hil::results {

/// Every field of command, model, dataset, board, agent, conditions and verdict that differs, those
/// that must agree first (compare() says which).
std::vector<FieldDifference> condition_differences(const Record& a, const Record& b);

/// Adds that metrics @p a and @p b are of different origin, if they are: a measured number and an
/// emulated one must not be compared unasked. Kept among those that must agree.
void add_origin_difference(const Metric& a, const Metric& b,
                           std::vector<FieldDifference>& differences);

}  // namespace hil::results
