// SPDX-License-Identifier: Apache-2.0
// MissingAgent: missing.json, checked entry by entry.
#include "host/lab/missing_agent.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/base/file.hpp"

namespace hil::lab {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMostFileBytes = 256 * 1024;
constexpr std::size_t kMostText = 200;
constexpr std::size_t kMostPackages = 20;

/// The text @p value, if it is one that may be printed.
std::optional<std::string> text_of(const json& value) {
  const auto* const text = value.get_ptr<const std::string*>();
  if (text == nullptr || text->empty() || text->size() > kMostText) return std::nullopt;
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!std::all_of(text->begin(), text->end(), printable)) return std::nullopt;
  return *text;
}

/// Member @p key of @p object; null if it has none.
const json& member_of(const json& object, const char* key) {
  static const json kNone;
  const auto found = object.find(key);
  return found == object.end() ? kNone : *found;
}

std::optional<MissingAgent> missing_of(const json& entry) {
  if (!entry.is_object()) return std::nullopt;
  const auto board = text_of(member_of(entry, "board"));
  const auto reason = text_of(member_of(entry, "reason"));
  const json& packages = member_of(entry, "packages");
  if (!board || !reason || !packages.is_array() || packages.size() > kMostPackages) {
    return std::nullopt;
  }
  MissingAgent missing{*board, *reason, {}};
  for (const json& package : packages) {
    const auto name = text_of(package);
    if (!name) return std::nullopt;
    missing.packages.push_back(*name);
  }
  return missing;
}

}  // namespace

std::vector<MissingAgent> load_missing_agents(const std::filesystem::path& folder) {
  const auto text = read_text_file(folder / "missing.json", kMostFileBytes);
  if (!text) return {};
  const json list = json::parse(*text, nullptr, false);
  std::vector<MissingAgent> found;
  if (!list.is_array()) return found;
  for (const json& entry : list) {
    if (auto missing = missing_of(entry)) found.push_back(std::move(*missing));
  }
  return found;
}

std::string way_to_get(const MissingAgent& missing) {
  if (missing.packages.empty()) return "build it";
  return fmt::format("install what is missing (apt-get install {}) and build hilbench again",
                     fmt::join(missing.packages, " "));
}

}  // namespace hil::lab
