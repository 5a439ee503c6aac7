// SPDX-License-Identifier: Apache-2.0
// A comparison of two records as JSON.
#pragma once

#include <string>

#include "host/results/comparison.hpp"

namespace hil::report {

/// The comparison of records @p file_a and @p file_b, laid out for reading, with a newline at the
/// end: {"schema": {"name": "hilbench-comparison", "major": 1, "minor": 0}, "a", "b", "comparable",
/// "differences": [{"field", "a", "b", "must_agree"}], "metrics": [{"name", "unit", "scope",
/// "a": {"value", "interval"?}, "b", "difference", "ratio", "finding"}], "operators"?: {"unit",
/// "rows": [{"layer", "op_a", "op_b", "output", "a", "b", "difference", "ratio", "finding"}],
/// "sum", "total"}, "notes"?: [text]}. What there is not, or is not finite, is null; an operator
/// missing on a side has an empty name there.
std::string comparison_json(const results::Comparison& comparison, const std::string& file_a,
                            const std::string& file_b);

}  // namespace hil::report
