// SPDX-License-Identifier: Apache-2.0
// What hilbench doctor says, for people and as JSON.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "host/lab/doctor/finding.hpp"

namespace hil::app {

/// @p findings by area, remarks with their fixes, then what is to do, and whether the bench is fit.
/// Wrapped at @p width columns, but for fixes, which one may want to paste. @p color: marks and
/// headings are coloured.
std::string doctor_text(const lab::doctor::Findings& findings, std::size_t width, bool color);

/// {"fit": true, "findings": [{"area", "name", "state": "ok" | "remark" | "problem", "what",
/// "fix"}]}; "fix" is empty for what is ok.
nlohmann::ordered_json doctor_json(const lab::doctor::Findings& findings);

}  // namespace hil::app
