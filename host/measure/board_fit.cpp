// SPDX-License-Identifier: Apache-2.0
// Operators, memory, and at the end what an upload would say.
#include "host/measure/board_fit.hpp"

#include <fmt/format.h>

#include <map>

#include "host/measure/upload.hpp"

namespace hil::measure {
namespace {

void add_operators(const model::ModelSummary& summary, const session::AgentInfo& agent,
                   model::BoardFit& fit) {
  std::map<std::string, std::vector<std::size_t>> lacking;
  for (std::size_t i = 0; i < summary.layers.size(); ++i) {
    const auto& needs = summary.layers[i].needs;
    if (!needs) continue;
    if (agent.has_operator(needs->opcode, needs->type)) continue;
    lacking[title_of(*needs)].push_back(i);
  }
  for (const auto& [name, operators] : lacking)
    fit.obstacles.push_back({name + ": the board's agent is built without it", operators});
}

void add_memory(const char* what, std::uint64_t needed, std::uint64_t capacity,
                model::BoardFit& fit) {
  if (needed <= capacity) return;
  fit.obstacles.push_back(
      {fmt::format("the {} needs {} bytes, the board has {}", what, needed, capacity), {}});
}

}  // namespace

model::BoardFit fit_of(const model::ModelSummary& summary, const session::AgentInfo& agent) {
  model::BoardFit fit;
  fit.board = agent.board;
  fit.core = agent.core;
  fit.plan_capacity_bytes = agent.plan_capacity_bytes;
  fit.arena_capacity_bytes = agent.arena_capacity_bytes;
  add_operators(summary, agent, fit);
  if (!summary.compiled) {
    if (summary.memory) {
      add_memory("arena", summary.memory->arena_bytes, agent.arena_capacity_bytes, fit);
    }
    return fit;
  }
  const session::ModelImage image = image_of(*summary.compiled);
  add_memory("plan", image.bytes.size(), agent.plan_capacity_bytes, fit);
  add_memory("arena", image.arena_bytes, agent.arena_capacity_bytes, fit);
  const Status accepted = session::check_fits(agent, image);
  if (fit.obstacles.empty() && !accepted.ok()) fit.obstacles.push_back({accepted.error().what, {}});
  return fit;
}

}  // namespace hil::measure
