// SPDX-License-Identifier: Apache-2.0
// The part of a record that tells of energy, as JSON and back.
#pragma once

#include <nlohmann/json.hpp>

#include "host/report/json_fields.hpp"
#include "host/results/energy.hpp"

namespace hil::report {

/// @p energy as the record has it. Of each figure also the combined standard uncertainty and the
/// k = 2 interval, which readers compute again.
nlohmann::ordered_json energy_json(const results::Energy& energy);

/// Reads what energy_json() gave. A wrong value is a failure of @p fields.
void read_energy(JsonFields& fields, results::Energy& energy);

}  // namespace hil::report
