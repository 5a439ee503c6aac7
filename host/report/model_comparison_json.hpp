// SPDX-License-Identifier: Apache-2.0
// The part of a record that compares two models, as JSON and back.
#pragma once

#include <nlohmann/json.hpp>

#include "host/report/json_fields.hpp"
#include "host/results/record.hpp"

namespace hil::report {

/// @p comparison as the record has it; @p float_model is its model as the record writes models.
nlohmann::ordered_json comparison_json(const results::ModelComparison& comparison,
                                       nlohmann::ordered_json float_model);

/// Reads what comparison_json() gave, but for the float model. A wrong value is a failure of
/// @p fields.
void read_comparison(JsonFields& fields, results::ModelComparison& comparison);

}  // namespace hil::report
