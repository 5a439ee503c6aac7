// SPDX-License-Identifier: Apache-2.0
// What hilbench meters shows: the power meters that are connected.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "host/energy/catalogue/find_meters.hpp"
#include "host/report/shaped_table.hpp"

namespace hil::app {

/// A table, then for each meter that cannot be opened why, and what to do; then the notes. Without
/// a meter: what was looked for.
std::string meters_text(const energy::FoundMeters& found, std::size_t width = report::kNoWidth);

/// {"meters": [...], "notes": [...]}; "rate_hz" is null where it is not told, "why_not" and "hint"
/// are empty for what can be opened.
nlohmann::ordered_json meters_json(const energy::FoundMeters& found);

}  // namespace hil::app
