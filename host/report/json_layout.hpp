// SPDX-License-Identifier: Apache-2.0
// JSON laid out for people: what is short or a row of numbers stays on one line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace hil::report {

/// @p json as text, indented by two spaces, without a newline at the end. An array or object stays
/// on one line if it fits in 100 columns; so does any array without arrays and objects in it.
/// Bytes that are not UTF-8 become U+FFFD.
std::string laid_out(const nlohmann::ordered_json& json);

}  // namespace hil::report
