// SPDX-License-Identifier: Apache-2.0
// Agents' images: found by the board's file, told apart by their build ids.
#include "host/lab/agent_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "host/base/program_files.hpp"
#include "host/lab/missing_agent.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;

/// Note type 3, name "GNU"; in front of it are the sizes of name and id, 4 bytes each.
constexpr std::array<std::uint8_t, 8> kTypeAndName{3, 0, 0, 0, 'G', 'N', 'U', 0};
constexpr std::size_t kSizes = 8;
constexpr std::size_t kMostId = 20;  ///< SHA-1; our linker scripts take MD5

std::vector<std::uint8_t> build_id_in(const std::vector<std::uint8_t>& bytes) {
  auto from = bytes.begin();
  for (;;) {
    const auto found = std::search(from, bytes.end(), kTypeAndName.begin(), kTypeAndName.end());
    if (found == bytes.end()) return {};
    const auto at = static_cast<std::size_t>(found - bytes.begin());
    const std::size_t first = at + kTypeAndName.size();
    if (at >= kSizes && bytes[at - kSizes] == 4) {
      const std::size_t size = bytes[at - 4];
      if (size > 0 && size <= kMostId && bytes.size() - first >= size) {
        const auto id = bytes.begin() + static_cast<std::ptrdiff_t>(first);
        return {id, id + static_cast<std::ptrdiff_t>(size)};
      }
    }
    from = found + 1;
  }
}

/// Says why the agent that would be at @p path is not there, if the build left word of it.
Error no_agent(const boards::Board& board, const fs::path& path) {
  constexpr const char* kElsewhere = "set HILBENCH_AGENTS to the folder that has it";
  for (const MissingAgent& missing : load_missing_agents(path.parent_path())) {
    if (missing.board != board.id) continue;
    return {Blame::kLab,
            fmt::format("there is no agent for {}: hilbench was {}", board.id, missing.reason),
            fmt::format("{}, or {}", way_to_get(missing), kElsewhere)};
  }
  return {Blame::kLab,
          fmt::format("there is no agent for {}: {} is missing", board.id, path.string()),
          fmt::format("build it, or {}", kElsewhere)};
}

}  // namespace

fs::path default_agent_folder() {
  return program_files().agents;
}

Result<AgentFile> find_agent(const boards::Board& board, const fs::path& folder) {
  AgentFile agent;
  agent.path = (folder.empty() ? default_agent_folder() : folder) / board.agent.image;
  std::error_code ignored;
  if (!fs::exists(agent.path, ignored)) return no_agent(board, agent.path);
  HIL_ASSIGN(agent.sha256, sha256_of_file(agent.path));
  return agent;
}

std::vector<std::uint8_t> build_id_of(const flash::Image& image) {
  for (const flash::Segment& segment : image.segments) {
    auto id = build_id_in(segment.bytes);
    if (!id.empty()) return id;
  }
  return {};
}

}  // namespace hil::lab
