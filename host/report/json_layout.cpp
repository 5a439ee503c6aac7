// SPDX-License-Identifier: Apache-2.0
// JSON laid out for people: what is short or a row of numbers stays on one line.
#include "host/report/json_layout.hpp"

#include <algorithm>

namespace hil::report {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kColumns = 100;

std::string text_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// `{"a": 1, "b": [2, 3]}`: dump() has no spaces.
std::string one_line(const ordered_json& json) {
  if (!json.is_structured()) return text_of(json);
  std::string line;
  for (const auto& [key, value] : json.items()) {
    if (!line.empty()) line += ", ";
    if (json.is_object()) line += text_of(key) + ": ";
    line += one_line(value);
  }
  return json.is_object() ? "{" + line + "}" : "[" + line + "]";
}

bool is_row(const ordered_json& json) {
  return json.is_array() && std::none_of(json.begin(), json.end(),
                                         [](const auto& value) { return value.is_structured(); });
}

/// Whether the one-line form may be short; keeps large structures from being tried at each depth.
bool may_fit(const ordered_json& json) {
  return json.size() < kColumns / 3;
}

/// Appends @p json, whose first line starts behind @p column columns at @p depth.
void append(std::string& text, const ordered_json& json, std::size_t depth, std::size_t column) {
  if (!json.is_structured() || is_row(json)) {
    text += one_line(json);
    return;
  }
  if (depth > 0 && may_fit(json)) {
    const std::string line = one_line(json);
    if (column + line.size() < kColumns) {
      text += line;
      return;
    }
  }
  const std::string indent(2 * (depth + 1), ' ');
  text += json.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    text += first ? "\n" : ",\n";
    first = false;
    const std::string name = json.is_object() ? text_of(key) + ": " : "";
    text += indent + name;
    append(text, value, depth + 1, indent.size() + name.size());
  }
  text += "\n" + std::string(2 * depth, ' ');
  text += json.is_object() ? '}' : ']';
}

}  // namespace

std::string laid_out(const ordered_json& json) {
  std::string text;
  append(text, json, 0, 0);
  return text;
}

}  // namespace hil::report
