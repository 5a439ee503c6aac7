// SPDX-License-Identifier: Apache-2.0
// Boards without an agent: which, and a paragraph for each reason.
#include "host/app/missing_agents.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "host/lab/agent_image.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIndent = 12;

/// Boards that lack their agents for the same reason.
struct Group {
  const lab::MissingAgent* first;
  std::vector<std::string> boards;
};

std::vector<Group> groups_of(const std::vector<lab::MissingAgent>& missing) {
  std::vector<Group> groups;
  for (const lab::MissingAgent& agent : missing) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.first->reason == agent.reason && group.first->packages == agent.packages;
    });
    if (same == groups.end()) {
      groups.push_back({&agent, {agent.board}});
    } else {
      same->boards.push_back(agent.board);
    }
  }
  return groups;
}

}  // namespace

std::vector<lab::MissingAgent> missing_agents(const std::vector<boards::Board>& boards) {
  const fs::path folder = lab::default_agent_folder();
  std::vector<lab::MissingAgent> missing = lab::load_missing_agents(folder);
  std::erase_if(missing, [&](const lab::MissingAgent& agent) {
    const auto board = std::find_if(boards.begin(), boards.end(), [&](const boards::Board& known) {
      return known.id == agent.board;
    });
    std::error_code ignored;
    return board == boards.end() || fs::exists(folder / board->agent.image, ignored);
  });
  return missing;
}

std::string missing_agents_text(const std::vector<lab::MissingAgent>& missing, std::size_t width) {
  std::string text;
  for (const Group& group : groups_of(missing)) {
    text += report::paragraph(
        "no agent",
        fmt::format("for {}: hilbench was {}", fmt::join(group.boards, ", "), group.first->reason),
        kIndent, width);
    text += report::paragraph("  next", lab::way_to_get(*group.first), kIndent, width);
  }
  return text;
}

}  // namespace hil::app
