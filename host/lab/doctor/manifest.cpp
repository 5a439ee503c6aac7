// SPDX-License-Identifier: Apache-2.0
// check_manifest(): manifest.json, trusted in nothing but its digests.
#include "host/lab/doctor/manifest.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"

namespace hil::lab::doctor {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMostBytes = 1024 * 1024;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Board id to SHA-256, as hexadecimal text.
std::map<std::string, std::string> digests_in(const std::filesystem::path& file) {
  std::map<std::string, std::string> digests;
  const auto text = read_text_file(file, kMostBytes);
  if (!text.ok()) return digests;
  const json manifest = json::parse(*text, nullptr, false);
  if (!manifest.is_object()) return digests;
  const auto agents = manifest.find("agents");
  if (agents == manifest.end() || !agents->is_array()) return digests;
  for (const json& agent : *agents) {
    if (agent.is_object()) digests[text_at(agent, "board")] = text_at(agent, "sha256");
  }
  return digests;
}

}  // namespace

ManifestCheck check_manifest(const std::filesystem::path& folder,
                             const std::vector<boards::Board>& boards) {
  const auto digests = digests_in(folder / "manifest.json");
  ManifestCheck check;
  check.there = !digests.empty();
  for (const boards::Board& board : boards) {
    const auto expected = digests.find(board.id);
    if (expected == digests.end()) continue;
    const auto found = sha256_of_file(folder / board.agent.image);
    if (found.ok() && hex_of(*found) != expected->second) check.others.push_back(board.id);
  }
  return check;
}

}  // namespace hil::lab::doctor
