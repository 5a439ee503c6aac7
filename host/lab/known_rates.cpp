// SPDX-License-Identifier: Apache-2.0
// KnownRates: one small JSON file, written to another name and renamed.
#include "host/lab/known_rates.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "host/base/file.hpp"
#include "host/base/state_folder.hpp"
#include "host/base/utc.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::json;

constexpr std::string_view kSchema = "hilbench-rates/1";
constexpr std::uint64_t kMostFileBytes = 1 << 20;
constexpr std::uint32_t kLeastBaud = 300;
constexpr std::uint32_t kMostBaud = 12'000'000;  // as in board.schema.json

struct Entry {
  std::string key;
  std::uint32_t baud = 0;
  std::string used_utc;  ///< ISO 8601, so that text order is the order of time
};

/// The entry for @p key that @p value holds, if it is a whole and sensible one.
std::optional<Entry> entry_of(const std::string& key, const json& value) {
  if (!value.is_object()) return std::nullopt;
  const auto baud = value.find("baud");
  const auto used = value.find("used_utc");
  if (baud == value.end() || !baud->is_number_unsigned()) return std::nullopt;
  if (used == value.end() || !used->is_string()) return std::nullopt;
  const auto rate = baud->get<std::uint64_t>();
  if (rate < kLeastBaud || rate > kMostBaud) return std::nullopt;
  return Entry{key, static_cast<std::uint32_t>(rate), used->get<std::string>()};
}

std::vector<Entry> load(const fs::path& file) {
  std::vector<Entry> entries;
  const auto text = read_text_file(file, kMostFileBytes);
  if (!text.ok()) return entries;
  const json root = json::parse(*text, nullptr, false);
  if (!root.is_object() || !root.contains("schema") || root["schema"] != json(kSchema)) {
    return entries;
  }
  const auto boards = root.find("boards");
  if (boards == root.end() || !boards->is_object()) return entries;
  for (const auto& [key, value] : boards->items()) {
    if (auto entry = entry_of(key, value)) entries.push_back(std::move(*entry));
  }
  return entries;
}

Status save(const fs::path& file, const std::vector<Entry>& entries) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) {
    return Error{Blame::kLab, "cannot make " + file.parent_path().string() + ": " + error.message(),
                 "make it writable, or set XDG_STATE_HOME to another folder"};
  }
  json boards = json::object();
  for (const Entry& entry : entries)
    boards[entry.key] = {{"baud", entry.baud}, {"used_utc", entry.used_utc}};
  const json root = {{"schema", kSchema}, {"boards", std::move(boards)}};
  // Keys hold serial numbers, which devices make up: what is no UTF-8 becomes U+FFFD.
  const Status written =
      write_file(file, root.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
  if (written.ok()) return {};
  return Error{Blame::kLab, written.error().what, written.error().hint};
}

std::vector<Entry> without(std::vector<Entry> entries, const std::string& key) {
  const auto is_it = [&key](const Entry& entry) { return entry.key == key; };
  entries.erase(std::remove_if(entries.begin(), entries.end(), is_it), entries.end());
  return entries;
}

}  // namespace

std::optional<std::uint32_t> KnownRates::find(const std::string& key) const {
  for (const Entry& entry : load(file_)) {
    if (entry.key == key) return entry.baud;
  }
  return std::nullopt;
}

Status KnownRates::remember(const std::string& key, std::uint32_t baud) const {
  auto entries = without(load(file_), key);
  const auto older = [](const Entry& a, const Entry& b) { return a.used_utc < b.used_utc; };
  while (entries.size() >= kMostBoards)
    entries.erase(std::min_element(entries.begin(), entries.end(), older));
  entries.push_back({key, baud, utc_text(std::chrono::system_clock::now())});
  return save(file_, entries);
}

Status KnownRates::forget(const std::string& key) const {
  const auto entries = load(file_);
  auto left = without(entries, key);
  return left.size() == entries.size() ? Status{} : save(file_, left);
}

Result<fs::path> rates_file() {
  HIL_ASSIGN(const fs::path state, state_folder());
  return state / "rates.json";
}

}  // namespace hil::lab
